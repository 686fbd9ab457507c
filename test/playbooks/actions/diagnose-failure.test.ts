import { beforeEach, describe, expect, it } from 'vitest';
import { OpsError } from '../../../src/errors.ts';
import { diagnoseFailure } from '../../../src/playbooks/actions/diagnose-failure.ts';
import type { StatusTransition, TrainingJob } from '../../../src/ports/ports.ts';
import { Again } from '../../../src/ports/step-output.ts';
import { ended, minute } from '../../support/a-training-run.ts';
import { aJob, type FakePorts, failedJob, fakePorts } from '../../support/fake-ports.ts';

let ports: FakePorts;

beforeEach(() => {
  ports = fakePorts();
});

const diagnose = (job: Partial<TrainingJob> = {}): Promise<unknown> => {
  ports.training.put(aJob(job));
  return diagnoseFailure.run({ job: failedJob, failedAt: ended }, ports);
};

function steps(...statuses: readonly [string, number][]): StatusTransition[] {
  return statuses.map(([status, minutesAfter]) => ({ status, startedAt: ended + minutesAfter * minute }));
}

/** A completed job whose model exists. */
function completed(): Partial<TrainingJob> {
  const modelUri = `s3://srl-rlvr-training/output/${failedJob}/output/model.tar.gz` as const;
  ports.checkpoints.put(modelUri, new Uint8Array(8));
  return { status: 'Completed', secondaryStatus: 'Completed', modelUri };
}

describe('a job that SageMaker restarts', () => {
  it.each([
    ['InProgress', 'Interrupted', 'SageMaker is restarting it automatically'],
    ['InProgress', 'Restarting', 'SageMaker is restarting it automatically'],
    ['InProgress', 'Starting', 'SageMaker is restarting it automatically'],
    ['Stopping', 'Stopping', 'it is about to end'],
    ['InProgress', 'Uploading', 'it is about to end'],
    ['Relocating', 'AWordOfTheFuture', 'SageMaker is restarting it automatically'],
  ])('is waited for while it is %s / %s', async (status, secondaryStatus, doing) => {
    const again = await diagnose({
      status,
      secondaryStatus,
      transitions: steps(['Interrupted', 0], [secondaryStatus, 11]),
    });
    expect(again).toBeInstanceOf(Again);
    expect(again).toMatchObject({ note: expect.stringContaining(`for 4 min: ${doing}, so Relight waits`) });
  });

  it('is left alone once it is training again', async () => {
    const transitions = steps(['Training', -300], ['Interrupted', -1], ['Starting', 0], ['Training', 6]);
    expect(await diagnose({ status: 'InProgress', secondaryStatus: 'Training', transitions })).toMatchObject({
      kind: 'spot_interruption',
      strategy: 'none_trains_again',
      interruptions: 1,
      evidence: ['Training since 2026-11-23 03:20 UTC, after 1 spot interruption'],
    });
  });

  it('is not trusted right after the alarm, because SageMaker may not show the interruption yet', async () => {
    const transitions = steps(['Starting', -300], ['Training', -290]);
    ports.time.now = ended + minute;
    expect(await diagnose({ status: 'InProgress', secondaryStatus: 'Training', transitions })).toBeInstanceOf(
      Again,
    );
    ports.time.now = ended + 6 * minute;
    expect(await diagnose({ status: 'InProgress', secondaryStatus: 'Training', transitions })).toMatchObject({
      strategy: 'none',
      why: 'the job trains and SageMaker shows no interruption',
    });
  });
});

describe('the headline', () => {
  it('names the failure and the next step, or says that nothing failed', async () => {
    const headline = async (job: Partial<TrainingJob>): Promise<string> =>
      diagnoseFailure.report(diagnoseFailure.output.parse(await diagnose(job))).headline;
    expect(await headline({})).toBe(
      'AWS reclaimed the spot instances and SageMaker gave up waiting: nothing is wrong with the job itself, so it resumes from its checkpoint',
    );
    expect(await headline(completed())).toBe('Nothing to recover: the job has completed');
    const transitions = steps(['Interrupted', 0], ['Training', 3]);
    expect(await headline({ status: 'InProgress', secondaryStatus: 'Training', transitions })).toBe(
      'SageMaker restarted the job automatically after 1 spot interruption: it is training again',
    );
  });
});

describe('a job that has ended', () => {
  it('resumes from its checkpoint after a spot interruption, even if its log cannot be read', async () => {
    const unread = {
      ...ports,
      logs: { ...ports.logs, streams: () => Promise.reject(new OpsError('aws-denied', 'logs')) },
    };
    ports.training.put(aJob());
    expect(await diagnoseFailure.run({ job: failedJob }, unread)).toEqual({
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
      kind: 'spot_interruption',
      spot: true,
      types: ['ml.p4d.24xlarge'],
      strategy: 'resume_from_checkpoint',
      why: 'nothing is wrong with the job itself, so it resumes from its checkpoint',
      evidence: ['SageMaker stopped the job: MaxWaitTimeExceeded', '1 spot interruption before that'],
      confidence: 'high',
      jobStatus: 'Stopped',
      secondaryStatus: 'MaxWaitTimeExceeded',
      interruptions: 1,
      inputs: {},
      endedAt: ended,
      trainedUntil: ended - 20 * minute,
      pace: { start: expect.anything(), earlier: { playbooks: {}, changes: {} } },
    });
  });

  it('loses nothing while it waits for instances: training stopped at the last interruption', async () => {
    const until = async (transitions: readonly StatusTransition[]): Promise<unknown> => {
      const diagnosis = await diagnose({ transitions });
      return diagnosis instanceof Object && 'trainedUntil' in diagnosis ? diagnosis.trainedUntil : undefined;
    };
    expect(
      await until(steps(['Training', -400], ['Interrupted', -300], ['Starting', -299], ['Stopping', -1])),
    ).toBe(ended - 300 * minute);
    expect(await until(steps(['Starting', -400], ['Stopping', -1]))).toBe(ended);
    expect(await until(steps(['Training', -400]))).toBe(ended);
  });

  it('has nothing to resume from if it saves no checkpoints', async () => {
    const { checkpointUri: _, ...job } = aJob();
    ports.training.put(job);
    expect(await diagnoseFailure.run({ job: failedJob }, ports)).toMatchObject({
      strategy: 'restart_from_scratch',
    });
  });

  it('is not restarted if a person stopped it or it completed', async () => {
    expect(await diagnose({ secondaryStatus: 'Stopped' })).toMatchObject({
      kind: 'user_stopped',
      strategy: 'none',
    });
    expect(await diagnose(completed())).toMatchObject({ strategy: 'none', why: 'the job has completed' });
  });

  it('is doubted if it is Completed but its model is missing or no step was trained', async () => {
    const { modelUri: _, ...withoutModel } = completed();
    expect(await diagnose(withoutModel)).toMatchObject({
      confidence: 'low',
      why: expect.stringContaining('may not have trained'),
    });
    ports.logLines.set(failedJob, ['Loading dataset', 'Saving model']);
    expect(await diagnose(completed())).toMatchObject({
      strategy: 'none',
      evidence: ['SageMaker says Completed', 'No training step in the part of the log that was read'],
    });
  });

  it('is explained by its log if the FailureReason is cut off before the cause', async () => {
    ports.logLines.set(failedJob, [
      'step 12',
      'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 3.91 GiB.',
    ]);
    expect(
      await diagnose({
        status: 'Failed',
        secondaryStatus: 'Failed',
        failureReason:
          'AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage "raise EnvironmentError(msg)',
      }),
    ).toMatchObject({
      kind: 'oom_gpu',
      strategy: 'retry_with_reduced_batch',
      confidence: 'medium',
      evidence: ['Log: “torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 3.91 GiB.”'],
    });
  });

  it('stays unknown, with the evidence, if Relight may not read its log', async () => {
    const denied = {
      ...ports,
      logs: {
        ...ports.logs,
        streams: () => Promise.reject(new OpsError('aws-denied', 'logs:DescribeLogStreams')),
      },
    };
    ports.training.put(
      aJob({ status: 'Failed', secondaryStatus: 'Failed', failureReason: 'AlgorithmError: Exit Code: 1' }),
    );
    expect(await diagnoseFailure.run({ job: failedJob }, denied)).toMatchObject({
      kind: 'unknown',
      strategy: 'none',
      confidence: 'low',
      evidence: [
        'FailureReason: “AlgorithmError: Exit Code: 1”',
        'No log line was read',
        expect.stringContaining('The log could not be read: AWS denies'),
      ],
    });
  });
});
