import { describe, expect, it } from 'vitest';
import { diagnoseJob } from '../../src/diagnosis/diagnose-job.ts';
import { aJob } from '../support/fake-ports.ts';

const failed = { status: 'Failed', secondaryStatus: 'Failed' };

describe('a diagnosis below medium confidence', () => {
  it('starts nothing and offers the recovery of the suspected cause', () => {
    const job = aJob({ ...failed, failureReason: 'AlgorithmError: , exit code: 137' });
    expect(diagnoseJob(job, { logs: [] })).toMatchObject({
      kind: 'oom_host',
      confidence: 'low',
      strategy: 'none',
      offers: ['retry_on_larger_instance'],
    });
  });

  it('offers to resume once if the cause is unknown', () => {
    const job = aJob({ ...failed, failureReason: 'AlgorithmError: , exit code: 1' });
    expect(diagnoseJob(job, { logs: [] })).toMatchObject({
      kind: 'unknown',
      strategy: 'none',
      offers: ['resume_from_checkpoint'],
    });
  });
});

describe('a diagnosis', () => {
  const reason = 'AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage "CUDA out of memory."';

  it('names the next likely cause, and why it lost', () => {
    const logs = [
      'torch.OutOfMemoryError: CUDA out of memory.',
      '[E ProcessGroupNCCL.cpp:563] Watchdog caught collective operation timeout',
    ];
    expect(
      diagnoseJob(aJob({ ...failed, failureReason: 'AlgorithmError: , exit code: 1' }), { logs }),
    ).toMatchObject({
      kind: 'oom_gpu',
      confidence: 'medium',
      strategy: 'retry_with_reduced_batch',
    });
    const hosts = [
      { host: 'algo-1', lines: [{ at: 0, text: '[rank0]: torch.OutOfMemoryError: CUDA out of memory.' }] },
      {
        host: 'algo-2',
        lines: [
          {
            at: 0,
            text: '[rank8]:[E ProcessGroupNCCL.cpp:563] Watchdog caught collective operation timeout',
          },
        ],
      },
    ];
    expect(
      diagnoseJob(aJob({ ...failed, failureReason: 'AlgorithmError: , exit code: 1' }), { logs: hosts })
        .runnerUp,
    ).toEqual({
      kind: 'hang_or_nccl',
      evidence: expect.stringContaining('Watchdog'),
      lost: 'it is what other processes say when one fails',
    });
  });

  it('has high confidence if SageMaker and the log agree', () => {
    const job = aJob({ ...failed, failureReason: reason });
    const logs = ['torch.OutOfMemoryError: CUDA out of memory.'];
    expect(diagnoseJob(job, { logs })).toMatchObject({ kind: 'oom_gpu', confidence: 'high' });
  });

  it('names the line of the user’s code', () => {
    const logs = [
      'Traceback (most recent call last):',
      '  File "/opt/ml/code/train.py", line 88, in main',
      '    x = 1 / n',
      'ZeroDivisionError: division by zero',
    ];
    expect(
      diagnoseJob(aJob({ ...failed, failureReason: 'AlgorithmError: , exit code: 1' }), { logs }),
    ).toMatchObject({
      kind: 'code_error',
      evidence: expect.arrayContaining(['The line is /opt/ml/code/train.py, line 88, in main']),
    });
  });

  it('tells a checkpoint of another number of GPUs from a broken one, for the playbook that restores the count', () => {
    const logs = [
      '[rank0]: deepspeed.runtime.zero.utils.ZeRORuntimeException: The checkpoint being loaded used a DP world size of 8 but the current world size is 16.',
    ];
    expect(
      diagnoseJob(aJob({ ...failed, failureReason: 'AlgorithmError: , exit code: 1' }), { logs }),
    ).toMatchObject({
      remedy: 'restore_instance_count',
      strategy: 'none',
      why: expect.stringContaining('restore the instance count'),
    });
  });
});
