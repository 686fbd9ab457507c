import { beforeEach, describe, expect, it } from 'vitest';
import { confirmTraining } from '../../../src/playbooks/actions/confirm-training.ts';
import type { TrainingJob } from '../../../src/ports/ports.ts';
import { Again } from '../../../src/ports/step-output.ts';
import { ended, minute, putCheckpoint } from '../../support/a-training-run.ts';
import { aJob, type FakePorts, fakePorts } from '../../support/fake-ports.ts';

const name = 'srl-rlvr-gold-20251104-r1-0123456789abcdef';
const launched = ended + 15 * minute;
let ports: FakePorts;

beforeEach(() => {
  ports = fakePorts();
});

/** The new job, in its current state for this many minutes. */
function watch(job: Partial<TrainingJob>, inState = 2, lines: readonly string[] = []): Promise<unknown> {
  const secondaryStatus = job.secondaryStatus ?? 'Training';
  ports.time.now = launched + inState * minute;
  ports.logLines.set(name, lines);
  ports.training.put(
    aJob({
      name,
      status: 'InProgress',
      secondaryStatus,
      createdAt: launched,
      transitions: [{ status: secondaryStatus, startedAt: launched }],
      ...job,
    }),
  );
  return confirmTraining.run({ job: name, step: 1300 }, ports);
}

describe('a newly launched job', () => {
  it('is watched, with the current SageMaker state and its duration', async () => {
    expect(await watch({ secondaryStatus: 'Starting' })).toEqual(
      new Again(8_000, 'Starting (2 min): SageMaker is launching instances'),
    );
    expect(await watch({ secondaryStatus: 'SomethingNew' }, 0)).toEqual(
      new Again(2_000, 'SomethingNew (0 min)'),
    );
    expect(await watch({}, 30)).not.toBeInstanceOf(Again);
  });

  it('is checked less and less often', async () => {
    const delays: unknown[] = [];
    for (const age of [0.1, 0.4, 0.9, 2, 5, 60])
      delays.push(await watch({ secondaryStatus: 'Downloading' }, age));
    expect(delays.map((again) => (again instanceof Again ? again.afterMs / 1000 : again))).toEqual([
      2, 3, 5, 8, 15, 30,
    ]);
  });
});

describe('a job that is training', () => {
  it.each([
    ["{'loss': 0.2, 'reward': 0.5, 'step': 1301}", 1301],
    ['{"loss": 0.2, "global_step": 1310}', 1310],
    ['INFO step 1302 loss 0.3', 1302],
    ['Step 1305/2000', 1305],
    ['\r 65%|██████▌   | 1301/2000 [00:10<1:02:03,  5.32s/it]', 1301],
  ])('is confirmed by a step beyond the checkpoint: %s', async (line, step) => {
    expect(await watch({}, 2, ['Downloading shards', line])).toMatchObject({ proof: 'step', step });
  });

  it('is not confirmed by numbers that are not steps, or by steps up to the checkpoint', async () => {
    const lines = [
      "{'max_steps': 2000, 'logging_steps': 9999, 'step_time': 1400.5}",
      'Map: 100%|██████| 7473/7473 [00:01<00:00]',
      "{'step': 1300}",
    ];
    expect(await watch({}, 2, lines)).toEqual(
      new Again(8_000, 'Training for 2 min: no step beyond 1,300 yet'),
    );
  });

  it('is confirmed by a new checkpoint if its log is silent', async () => {
    putCheckpoint(ports.checkpoints, 1300, 5);
    expect(await watch({})).toBeInstanceOf(Again);
    putCheckpoint(ports.checkpoints, 1400, -40);
    expect(await watch({})).toMatchObject({
      proof: 'checkpoint',
      evidence: 'it saved checkpoint-1400',
      step: 1400,
    });
  });

  it('is confirmed by the trainer’s resume line once loading has succeeded', async () => {
    const lines = ['Resuming from checkpoint /opt/ml/checkpoints/checkpoint-1300'];
    expect(await watch({}, 1, lines)).toBeInstanceOf(Again);
    expect(await watch({}, 4, lines)).toMatchObject({ proof: 'resume line' });
    expect(
      await watch({}, 4, ['Resuming from checkpoint /opt/ml/checkpoints/checkpoint-13000']),
    ).toBeInstanceOf(Again);
  });

  it('is accepted after 15 minutes without evidence, and the report says how weak that is', async () => {
    const confirmed = await watch({}, 16);
    expect(confirmed).toMatchObject({ proof: 'status only' });
    expect(confirmTraining.report(confirmTraining.output.parse(confirmed)).headline).toContain(
      'check its log',
    );
  });

  it('is rejected if it starts over', async () => {
    await expect(watch({}, 2, ["{'step': 1}", "{'step': 2}", "{'step': 3}"])).rejects.toMatchObject({
      code: 'not-resumed',
      detail: `${name} is at step 3, but the checkpoint is from step 1,300`,
    });
  });

  it('is not rejected because of the numbered steps of an installer', async () => {
    expect(
      await watch({}, 2, ['Step 1: pip install', 'Step 2: accelerate launch', 'Step 1/3', 'Step 2/3']),
    ).toBeInstanceOf(Again);
  });
});

describe('a job that has ended', () => {
  it('is confirmed if it completed with steps', async () => {
    expect(
      await watch({ status: 'Completed', secondaryStatus: 'Completed' }, 2, ["{'step': 2000}"]),
    ).toMatchObject({ status: 'Completed', step: 2000 });
  });

  it('is rejected if it failed, with SageMaker’s reason, or completed without a step', async () => {
    await expect(
      watch({ status: 'Failed', secondaryStatus: 'Failed', failureReason: 'AlgorithmError: Exit Code: 1' }),
    ).rejects.toMatchObject({
      code: 'job-failed-again',
      detail: `${name} is Failed: AlgorithmError: Exit Code: 1`,
    });
    await expect(watch({ status: 'Completed', secondaryStatus: 'Completed' })).rejects.toMatchObject({
      code: 'job-failed-again',
    });
  });
});
