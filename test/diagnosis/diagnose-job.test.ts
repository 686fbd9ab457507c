import { describe, expect, it } from 'vitest';
import { diagnoseJob } from '../../src/diagnosis/diagnose-job.ts';
import { ended } from '../support/a-training-run.ts';
import { aJob } from '../support/fake-ports.ts';

const interrupted = [{ status: 'Interrupted', startedAt: ended }];

describe('the diagnosis of a job', () => {
  it.each([
    ['resume_from_checkpoint', 'spot_interruption', {}],
    ['none', 'user_stopped', { secondaryStatus: 'Stopped' }],
    ['retry_with_reduced_batch', 'oom_gpu', { status: 'Failed', failureReason: 'CUDA out of memory.' }],
    ['retry_after_data_fix', 'data', { status: 'Failed', failureReason: "KeyError: 'prompt'" }],
    ['none', 'unknown', { status: 'InProgress', secondaryStatus: 'Training', transitions: [] }],
    [
      'none',
      'spot_interruption',
      { status: 'InProgress', secondaryStatus: 'Interrupted', transitions: interrupted },
    ],
    [
      'none_trains_again',
      'spot_interruption',
      { status: 'InProgress', secondaryStatus: 'Training', transitions: interrupted },
    ],
  ])('proposes %s for %s %j', (strategy, kind, changes) => {
    expect(diagnoseJob(aJob(changes), { logs: [] })).toMatchObject({ strategy, kind });
  });

  it('never proposes a second job while the first has not ended, whatever its log says', () => {
    const job = aJob({ status: 'InProgress', secondaryStatus: 'Restarting' });
    expect(diagnoseJob(job, { logs: ['CUDA out of memory'] }).strategy).toBe('none');
  });
});

describe('a job with the status Completed', () => {
  const completed = aJob({ status: 'Completed', secondaryStatus: 'Completed' });

  it.each([
    ['a step of the Trainer', ["{'loss': 1.2, 'epoch': 0.1}"]],
    ['a numbered step', ["{'step': 12}"]],
    ['no log that could be read', []],
  ])('is accepted as completed with a stored model and %s', (_, logs) => {
    expect(diagnoseJob(completed, { logs, storedModel: true })).toMatchObject({
      confidence: 'high',
      strategy: 'none',
      why: 'the job has completed',
    });
  });

  it('is doubted if it stored no model', () => {
    expect(diagnoseJob(completed, { logs: [], storedModel: false })).toMatchObject({
      confidence: 'low',
      evidence: ['SageMaker says Completed', 'It stored no model at ModelArtifacts'],
    });
  });

  it('is doubted if it made no training step, as on an empty data set', () => {
    const logs = ['num examples = 0', "{'train_runtime': 0.1, 'train_loss': 0.0}"];
    expect(diagnoseJob(completed, { logs, storedModel: true })).toMatchObject({
      confidence: 'low',
      why: expect.stringContaining('may not have trained'),
      evidence: ['SageMaker says Completed', 'No training step in the part of the log that was read'],
    });
  });
});
