import { afterEach, describe, expect, it } from 'vitest';
import { atMost } from '../../bench/figures.ts';
import type { RelightProcess } from '../../sandbox/relight-process.ts';
import { actionIds } from '../../src/bot/ids.ts';
import { portToKeep } from '../support/a-demo.ts';
import { buttonsOf, lead, otherLead, slackLedger } from '../support/responder.ts';
import { shuffled } from '../support/seeded-random.ts';
import { slackRequestsTo } from '../support/slack-requests.ts';
import { until } from '../support/until.ts';
import type { World } from '../support/world.ts';
import { brokenJobs } from './support/broken-jobs.ts';
import { report } from './support/figures.ts';
import { type Fleet, startFleet } from './support/fleet.ts';
import { judge } from './support/oracle.ts';
import { diceFor, times } from './support/scale.ts';

/** An approval that waits for a click. */
interface Waiting {
  readonly incident: string;
  readonly value: string;
}

/** How many incidents are clicked on while one bot is killed, each by two people. */
const atOnce = 10;
/** The clicks come within this time, and the kill within three times of it: after a start, the first clicks take longer. */
const withinMs = 400;

describe('clicks whose bot is killed while it takes them', () => {
  let fleet: Fleet;

  afterEach(async () => fleet.world.close());

  it('are never lost once they were acknowledged, and launch once however often they are repeated', async (context) => {
    const dice = diceFor('killed bots');
    const jobs = brokenJobs(times(120, 12), ['spot-interruption']);
    const port = await portToKeep();
    const url = `http://127.0.0.1:${port}/slack/events`;
    fleet = await startFleet(jobs, { open: 1, slackRequestsTo: url });
    const { world } = fleet;
    const requests = slackRequestsTo(url);
    let bot = await world.start('bot', { httpMode: true, port });
    const worker = await world.start('worker');
    const approvals = await until(async () => {
      const all = await waiting(world);
      return all.length >= jobs.length && all;
    }, 'all approvals to be shown');
    // Without a worker, nothing but the clicks changes the journals.
    await worker.kill();

    let open: readonly Waiting[] = approvals;
    let [clicks, acknowledged, kills] = [0, 0, 0];
    const lost: string[] = [];
    const press = async ({ value }: Waiting, user: string): Promise<boolean> => {
      clicks += 1;
      await new Promise((resolve) => setTimeout(resolve, dice() * withinMs));
      return requests.click(user, actionIds.approve, value).then(
        ({ status }) => status === 200,
        () => false,
      );
    };
    while (open.length > 0) {
      const now = shuffled(open, dice).slice(0, atOnce);
      const answers = Promise.all(
        now.map(async (one) => ({
          one,
          acked: await Promise.all([lead, otherLead].map((user) => press(one, user))),
        })),
      );
      bot = await killedAndReplaced(world, bot, { port, afterMs: dice() * 3 * withinMs });
      kills += 1;
      for (const { one, acked } of await answers) {
        acknowledged += acked.filter(Boolean).length;
        if (acked.includes(true) && !(await isApproved(world, one))) lost.push(one.incident);
      }
      const left = await Promise.all(open.map(async (one) => ((await isApproved(world, one)) ? [] : [one])));
      open = left.flat();
    }
    const approved = await Promise.all(approvals.map(async (one) => approvalsOf(world, one)));
    await world.start('worker');
    await until(
      async () => {
        if ((await judge(world, jobs)).missing.length === 0) return true;
        // On a slow machine, the first approvals have lapsed before the last click.
        for (const one of approvals)
          if (await hasLapsed(world, one)) await requests.click(lead, actionIds.approve, one.value);
        return false;
      },
      'the launches',
      600_000,
    );

    const verdict = await judge(world, jobs);
    expect(verdict).toEqual({ duplicates: [], missing: [], doubleMessages: [], corruption: [] });
    expect(approved).toEqual(jobs.map(() => 1));
    const what = `T2: ${clicks} clicks, ${acknowledged} acknowledged, bot killed ${kills} times among them`;
    report(
      context,
      atMost(`${what}: acknowledged and lost`, lost.length, 0),
      atMost(`${what}: launched twice`, verdict.duplicates.length, 0),
      atMost(`${what}: not launched in the end`, verdict.missing.length, 0),
    );
  });
});

async function killedAndReplaced(
  world: World,
  bot: RelightProcess,
  { port, afterMs }: { readonly port: number; readonly afterMs: number },
): Promise<RelightProcess> {
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  await bot.kill();
  return world.start('bot', { httpMode: true, port });
}

async function waiting(world: World): Promise<readonly Waiting[]> {
  const { messages } = await slackLedger(world);
  return messages.flatMap((message) =>
    buttonsOf(message)
      .filter(({ actionId }) => actionId === actionIds.approve)
      .map(({ value }) => ({ incident: message.metadata?.event_payload.incident ?? '', value })),
  );
}

/** How many approvals of changes the journal has. */
async function approvalsOf(world: World, one: Waiting): Promise<number> {
  return entriesOf(world, one, 'step-approved');
}

/** Whether the last approval expired before the change began. */
async function hasLapsed(world: World, one: Waiting): Promise<boolean> {
  return (await entriesOf(world, one, 'step-lapsed')) >= (await approvalsOf(world, one));
}

/** How many entries of a type the journal has, read from Redis itself. */
async function entriesOf({ redis }: World, { incident }: Waiting, type: string): Promise<number> {
  const lines = await redis.client.lrange(`{relight}:journal:${incident}`, 0, -1);
  return lines.filter((line) => line.includes(`"type":"${type}"`)).length;
}

async function isApproved(world: World, one: Waiting): Promise<boolean> {
  return (await approvalsOf(world, one)) > 0;
}
