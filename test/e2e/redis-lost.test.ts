import { afterEach, describe, expect, it } from 'vitest';
import type { RelightProcess } from '../../sandbox/relight-process.ts';
import { failJob, launches } from '../support/aws-ledger.ts';
import {
  click,
  lead,
  type SlackMessage,
  slackLedger,
  visibleText,
  waitForButton,
  waitForRecovery,
} from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';

interface Ready {
  readonly status: number;
  readonly body: string;
}

/** Only Redis is restarted: Relight must restore everything it stored there without help. */
describe('Relight after its Redis lost all data', () => {
  let world: World;

  afterEach(async () => world.close());

  async function readiness(relight: RelightProcess): Promise<Ready> {
    const port = /port (\d+)/.exec(relight.output())?.[1] ?? '';
    const response = await fetch(`http://127.0.0.1:${port}/readyz`);
    return { status: response.status, body: await response.text() };
  }

  async function untilReady(relight: RelightProcess): Promise<void> {
    await until(async () => (await readiness(relight)).status === 200, '/readyz to report ready', 60_000);
  }

  /** The first messages of the threads of incidents, not of notices. */
  async function cards(): Promise<readonly SlackMessage[]> {
    const { messages } = await slackLedger(world);
    return messages.filter(
      ({ metadata }) =>
        metadata?.event_payload.key === 'card' && metadata.event_payload.incident.startsWith('rl-'),
    );
  }

  /** Only the poller can detect this failure, because there is no alarm queue. */
  const pollerOnly = { environment: { ALARM_QUEUE_URL: '' } };

  async function expectNewThread(): Promise<void> {
    await failJob(world, goldJob, 'spot-interruption');
    await until(
      async () => (await cards()).some((card) => visibleText(card).includes(goldJob)),
      'the card of the job that failed after the loss',
      60_000,
    );
  }

  const pollOften = (yaml: string): string => yaml.replace('poll_seconds: 60', 'poll_seconds: 5');

  it('to FLUSHALL reports not ready with the reason, resumes polling within a minute and opens a thread for the next failure', async () => {
    world = await createWorld({ configure: pollOften });
    const relight = await world.start('all', pollerOnly);
    await untilReady(relight);

    await world.redis.client.flushall();

    const { status, body } = await readiness(relight);
    expect(status).toBe(503);
    expect(body).toMatch(/Redis has lost .*poll.*emptied or replaced/);
    await untilReady(relight);
    await expectNewThread();
    expect(relight.exitCode()).toBeNull();
  });

  it('for good still ends within 30 seconds of SIGTERM, as orchestrators ask, and with exit code 0', async () => {
    world = await createWorld();
    const relight = await world.start('all');
    await world.redis.close();

    const begun = Date.now();
    await relight.stop();

    expect(Date.now() - begun).toBeLessThan(30_000);
    expect(relight.exitCode()).toBe(0);
  });

  it('to an empty restart keeps working as separate bot and worker, and opens a thread for the next failure', async () => {
    world = await createWorld({ configure: pollOften });
    const [bot, worker] = await Promise.all([world.start('bot'), world.start('worker', pollerOnly)]);
    await Promise.all([untilReady(bot), untilReady(worker)]);

    await world.redis.crash();
    await world.redis.restart({ empty: true });

    await until(async () => (await readiness(bot)).status === 503, '/readyz of the bot to notice', 10_000);
    await Promise.all([untilReady(bot), untilReady(worker)]);
    await expectNewThread();
    expect([bot.exitCode(), worker.exitCode()]).toEqual([null, null]);
  });

  async function emptied(): Promise<void> {
    await world.redis.client.flushall();
    await until(
      async () =>
        (await slackLedger(world)).messages.some((one) => visibleText(one).includes('Redis was emptied')),
      'the channel to say that Redis was emptied',
      30_000,
    );
  }

  it.each(['all in one process', 'bot and worker apart'])(
    'while a request waits has the open incident again, %s: one card, and the same button launches one job',
    async (roles) => {
      world = await createWorld();
      await (roles.startsWith('all')
        ? world.start('all')
        : Promise.all([world.start('bot'), world.start('worker')]));
      await failJob(world, goldJob, 'spot-interruption');
      const button = await waitForButton(world, 'step-resumed', 'Resume training');

      await emptied();
      await click(world, lead, button);
      await waitForRecovery(world);

      expect(await launches(world)).toHaveLength(1);
      expect(await cards()).toHaveLength(1);
    },
  );

  it('right after the launch was approved still launches one job, follows it, and says so in the same thread', async () => {
    world = await createWorld();
    await Promise.all([world.start('bot'), world.start('worker')]);
    await failJob(world, goldJob, 'spot-interruption');
    const button = await waitForButton(world, 'step-resumed', 'Resume training');
    await click(world, lead, button);
    await until(async () => (await launches(world)).length > 0, 'the launch');
    const reservations = async (): Promise<readonly string[]> =>
      Object.keys(await world.redis.client.hgetall('{relight}:cap-reservations'));
    const before = await reservations();

    await emptied();
    await until(
      async () => (await reservations()).length > 0,
      'the launch to be counted under the caps again',
    );
    expect(await reservations()).toEqual(before);
    await waitForRecovery(world);

    expect(await launches(world)).toHaveLength(1);
    expect(await cards()).toHaveLength(1);
  });
});
