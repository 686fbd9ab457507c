import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { thread } from '../../../src/bot/views/thread.ts';
import { OpsError } from '../../../src/errors.ts';
import { playbook as outOfMemory } from '../../../src/playbooks/catalog/out-of-memory.ts';
import { playbook as resume } from '../../../src/playbooks/catalog/spot-interruption.ts';
import type { Playbook } from '../../../src/playbooks/define.ts';
import type { RunOutcome } from '../../../src/queue/steps/run-step.ts';
import { type SteppedIncident, stepThrough } from '../../support/a-step-run.ts';
import { aJob, fakePorts } from '../../support/fake-ports.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

describe('the message of a failing step', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());

  it('states the exact time of the next automatic retry from the second error on, and Relight retries then', async () => {
    const { run, tryAgain } = await throttled();

    await tryAgain(0);
    expect(await shown(run, 'diagnosis', resume)).not.toContain('tries again');

    const outcome = await tryAgain(1);
    if (outcome.kind !== 'again') throw new Error('it does not come back');
    const at = new Date(run.ports.clock.now() + outcome.afterMs).toISOString().slice(11, 19);
    expect(await shown(run, 'diagnosis', resume)).toContain(
      `AWS throttles the requests: Rate exceeded. Relight will try again automatically at ${at} UTC (try 3)`,
    );
  });

  it('states the number of attempts once Relight has stopped retrying, and no longer promises a retry', async () => {
    const { run, tryAgain } = await throttled();
    await tryAgain(1);
    await tryAgain(8);

    const message = await shown(run, 'diagnosis', resume);
    expect(message).toContain('Rate exceeded. Relight tried 9 times and has stopped');
    expect(message).not.toContain('try again automatically');
    expect(message).toContain('"Try again"');
  });

  it('states no number of attempts if the first error is not worth retrying', async () => {
    const run = await stepThrough(redis, resume);
    run.ports.training.put(aJob());
    await run.runDue();

    expect(await shown(run, 'checkpoint', resume)).not.toContain('times and has stopped');
  });

  it('says “Not finished” without a button or a promise if the incident closed while the step was running', async () => {
    const { run, tryAgain } = await throttled();
    await tryAgain(1);
    await run.events({ type: 'closed', why: 'a person stopped it' });

    const message = await shown(run, 'diagnosis', resume);
    expect(message).toContain('Not finished: the incident was closed first.');
    expect(message).not.toMatch(/tries again|"button"/);
  });

  it('proposes the allocator setting at a batch of 1 without a larger type, instead of ending without a proposal', async () => {
    const ports = {
      ...fakePorts(),
      caps: { instanceTypes: ['ml.p4d.24xlarge'], instanceCount: 4, volumeGb: 1_000 },
    };
    const hyperParameters = { per_device_train_batch_size: '1' };
    const failureReason =
      'AlgorithmError: torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB';
    const failed = { status: 'Failed', secondaryStatus: 'Failed', hyperParameters, failureReason };
    ports.training.put(aJob(failed));
    const run = await stepThrough(redis, outOfMemory, { portsFor: () => ports });
    await run.runDue();

    const message = await shown(run, 'expanded', outOfMemory);
    expect(message).toContain('expandable_segments:True');
    expect(message).toContain('"Retry with this setting"');
  });

  /** An incident with a diagnosis that AWS throttles; each call is the attempt after this many failures. */
  async function throttled(): Promise<{
    run: SteppedIncident;
    tryAgain: (failures: number) => Promise<RunOutcome>;
  }> {
    const ports = fakePorts();
    ports.training.describe = async () => {
      throw new OpsError('aws-throttled', 'Rate exceeded');
    };
    const run = await stepThrough(redis, resume, { portsFor: () => ports });
    const { id: incident } = run;
    return {
      run,
      tryAgain: async (failures) =>
        run.runJob({ incident, step: 'diagnosis', attempt: 1, phase: 'look', failures }),
    };
  }

  async function shown({ store, id, ports }: SteppedIncident, step: string, of: Playbook): Promise<string> {
    const messages = thread(await store.load(id), () => of, ports.clock.now());
    return JSON.stringify(messages.find(({ key }) => key === `step-${step}`)?.blocks);
  }
});
