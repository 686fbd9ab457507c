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

/** The new job, this many minutes in its present state. */
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

describe('a job that has just been launched', () => {
  it('is watched, with what SageMaker is doing and for how long', async () => {
    expect(await watch({ secondaryStatus: 'Starting' })).toEqual(
      new Again(8_000, 'Starting (2 min): SageMaker is launching instances'),
    );
    expect(await watch({ secondaryStatus: 'SomethingNew' }, 0)).toEqual(
      new Again(2_000, 'SomethingNew (0 min)'),
    );
    expect(await watch({}, 30)).not.toBeInstanceOf(Again);
  });

  it('is looked at less and less often', async () => {
    const delays: unknown[] = [];
    for (const age of [0.1, 0.4, 0.9, 2, 5, 60])
      delays.push(await watch({ secondaryStatus: 'Downloading' }, age));
    expect(delays.map((again) => (again instanceof Again ? again.afterMs / 1000 : again))).toEqual([
      2, 3, 5, 8, 15, 30,
    ]);
  });
});

describe('a job that trains', () => {
  it.each([
    ["{'loss': 0.2, 'reward': 0.5, 'step': 1301}", 1301],
    ['{"loss": 0.2, "global_step": 1310}', 1310],
    ['INFO step 1302 loss 0.3', 1302],
    ['Step 1305/2000', 1305],
    ['\r 65%|██████▌   | 1301/2000 [00:10<1:02:03,  5.32s/it]', 1301],
  ])('is confirmed by a step beyond the checkpoint: %s', async (line, step) => {
    expect(await watch({}, 2, ['Downloading shards', line])).toMatchObject({ proof: 'step', step });
  });

  it('is not confirmed by numbers that are no steps, nor by steps up to the checkpoint', async () => {
    const lines = [
      "{'max_steps': 2000, 'logging_steps': 9999, 'step_time': 1400.5}",
      'Map: 100%|██████| 7473/7473 [00:01<00:00]',
      "{'step': 1300}",
    ];
    expect(await watch({}, 2, lines)).toEqual(
      new Again(8_000, 'Training for 2 min: no step beyond 1,300 yet'),
    );
  });

  it('is confirmed by a new checkpoint when its log is silent', async () => {
    putCheckpoint(ports.checkpoints, 1300, 5);
    expect(await watch({})).toBeInstanceOf(Again);
    putCheckpoint(ports.checkpoints, 1400, -40);
    expect(await watch({})).toMatchObject({
      proof: 'checkpoint',
      evidence: 'it saved checkpoint-1400',
      step: 1400,
    });
  });

  it('is confirmed by the trainer saying that it resumes, once it has survived the loading', async () => {
    const lines = ['Resuming from checkpoint /opt/ml/checkpoints/checkpoint-1300'];
    expect(await watch({}, 1, lines)).toBeInstanceOf(Again);
    expect(await watch({}, 4, lines)).toMatchObject({ proof: 'resume line' });
    expect(
      await watch({}, 4, ['Resuming from checkpoint /opt/ml/checkpoints/checkpoint-13000']),
    ).toBeInstanceOf(Again);
  });

  it('is believed after 15 minutes without any evidence, and the report says how little that is', async () => {
    const confirmed = await watch({}, 16);
    expect(confirmed).toMatchObject({ proof: 'status only' });
    expect(confirmTraining.report(confirmTraining.output.parse(confirmed)).headline).toContain(
      'check its log',
    );
  });

  it('is refused when it starts over', async () => {
    await expect(watch({}, 2, ["{'step': 1}", "{'step': 2}", "{'step': 3}"])).rejects.toMatchObject({
      code: 'not-resumed',
      detail: `${name} is at step 3, but the checkpoint is from step 1,300`,
    });
  });

  it('is not accused by the numbered steps of an installer', async () => {
    expect(
      await watch({}, 2, ['Step 1: pip install', 'Step 2: accelerate launch', 'Step 1/3', 'Step 2/3']),
    ).toBeInstanceOf(Again);
  });
});

describe('a job that has ended', () => {
  it('is confirmed when it completed with steps', async () => {
    expect(
      await watch({ status: 'Completed', secondaryStatus: 'Completed' }, 2, ["{'step': 2000}"]),
    ).toMatchObject({ status: 'Completed', step: 2000 });
  });

  it('is refused when it failed, with SageMaker’s reason, or completed without a step', async () => {
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
