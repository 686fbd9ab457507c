import { afterEach, describe, expect, it } from 'vitest';
import { addFault, awsLedger, failJob, heldRequests, launches } from '../support/aws-ledger.ts';
import { click, lead, messageOf, slackLedger, waitForButton } from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, postJson, type World } from '../support/world.ts';

describe('a recovery while other systems fail', () => {
  let world: World;

  afterEach(async () => world.close());

  async function expectRecovered(): Promise<void> {
    await until(async () => (await messageOf(world, 'card'))?.text.includes('Recovered'), 'the recovery');
    const { messages } = await slackLedger(world);
    const keys = messages.map(({ metadata }) => metadata?.event_payload.key);
    expect(new Set(keys).size, keys.join()).toBe(keys.length);
    expect(await launches(world)).toHaveLength(1);
    expect((await awsLedger(world)).corruption).toEqual([]);
  }

  it('posts every message once and in order while Slack rate-limits, returns 500 and loses responses', async () => {
    world = await createWorld();
    await world.start('all');
    const fault = (body: Record<string, unknown>) => postJson(`${world.slack.url}/_sandbox/faults`, body);
    await fault({ method: 'chat.postMessage', kind: 'drop-after', count: 2 });
    await fault({ method: 'chat.postMessage', kind: 'ratelimited', count: 2, retryAfter: 1 });
    await fault({ method: 'chat.postMessage', kind: 'drop-before', count: 1 });
    await fault({ method: 'chat.update', kind: 'drop-after', count: 2 });
    await fault({ method: 'chat.update', kind: 'error', count: 1 });
    await failJob(world, goldJob, 'spot-interruption');

    await click(world, lead, await waitForButton(world, 'step-resumed', 'Resume training'));

    await expectRecovered();
    const { messages } = await slackLedger(world);
    expect(messages.map(({ metadata }) => metadata?.event_payload.key)).toEqual([
      'card',
      'step-diagnosis',
      'step-checkpoint',
      'step-validation',
      'step-resumed',
      'step-restarted',
      'step-elsewhere',
      'step-training',
      'step-document',
    ]);
  });

  it('takes longer but ends the same while AWS throttles, fails and drops connections', async () => {
    world = await createWorld();
    await world.start('all');
    for (const kind of ['throttle', 'error-5xx', 'drop-before'] as const) {
      await addFault(world, { service: 'sagemaker', operation: '*', kind, count: 4 });
      await addFault(world, { service: 's3', operation: '*', kind, count: 4 });
    }
    await failJob(world, goldJob, 'spot-interruption');

    await click(world, lead, await waitForButton(world, 'step-resumed', 'Resume training'));

    await expectRecovered();
  });

  it('launches one job if a worker is suspended during CreateTrainingJob and resumes after another worker took over', async () => {
    world = await createWorld();
    await world.start('bot');
    const sleeper = await world.start('worker');
    await failJob(world, goldJob, 'spot-interruption');
    const button = await waitForButton(world, 'step-resumed', 'Resume training');
    await addFault(world, {
      service: 'sagemaker',
      operation: 'CreateTrainingJob',
      kind: 'hang-before',
      count: 1,
    });

    await click(world, lead, button);
    await until(async () => (await heldRequests(world)).length > 0, 'the worker to call CreateTrainingJob');
    process.kill(sleeper.pid, 'SIGSTOP');
    await world.start('worker');
    await until(async () => (await launches(world)).length > 0, 'the other worker to launch');
    await postJson(`${world.region.url}/_sandbox/release`, {});
    process.kill(sleeper.pid, 'SIGCONT');

    await expectRecovered();
  });

  it('loses and repeats nothing if Redis is killed while the new job starts and comes back later', async () => {
    world = await createWorld({ speed: 40 });
    await world.start('bot');
    await world.start('worker');
    await failJob(world, goldJob, 'spot-interruption');
    await click(world, lead, await waitForButton(world, 'step-resumed', 'Resume training'));
    await until(async () => (await launches(world)).length > 0, 'the launch');

    await world.redis.crash();
    // Long enough for every connection to notice the outage.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    await world.redis.restart();

    await expectRecovered();
    for (const relight of world.processes) expect(relight.exitCode(), relight.output()).toBeNull();
  });

  it('continues if a deployment replaces bot and worker while the new job starts, and the old processes stop cleanly', async () => {
    world = await createWorld({ speed: 40 });
    const old = await Promise.all([world.start('bot'), world.start('worker')]);
    await failJob(world, goldJob, 'spot-interruption');
    await click(world, lead, await waitForButton(world, 'step-resumed', 'Resume training'));
    await until(async () => (await launches(world)).length > 0, 'the launch');

    await Promise.all(old.map((relight) => relight.stop()));
    expect(old.map((relight) => relight.exitCode())).toEqual([0, 0]);
    await Promise.all([world.start('bot'), world.start('worker')]);

    await expectRecovered();
  });
});
