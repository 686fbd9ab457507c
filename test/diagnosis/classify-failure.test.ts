import { describe, expect, it } from 'vitest';
import { classifyFailure } from '../../src/diagnosis/classify-failure.ts';
import { aJob } from '../support/fake-ports.ts';

const failed = { status: 'Failed', secondaryStatus: 'Failed' } as const;

/** Reasons as they were reported in public; the sources are in src/diagnosis/failure-rules.ts and next to it. */
const reasons: readonly (readonly [kind: string, reason: string])[] = [
  [
    'capacity',
    'CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML instance type.',
  ],
  ['internal', 'InternalServerError: We encountered an internal error.  Please try again.'],
  [
    'oom_gpu',
    'AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 7.81 GiB. GPU 7 has a total capacty of 22.19 GiB',
  ],
  [
    'oom_gpu',
    'RuntimeError: CUDA out of memory. Tried to allocate 2.87 GiB (GPU 0; 14.76 GiB total capacity; 8.77 GiB already allocated',
  ],
  ['oom_gpu', 'std::bad_alloc: out_of_memory: CUDA error at: include/rmm/mr/device/cuda_memory_resource.hpp'],
  [
    'oom_host',
    'ClientError: Please use an instance type with more memory, or reduce the size of job data processed on an instance.',
  ],
  [
    'oom_host',
    'ClientError: Artifact upload failed:ClientError: Out of Memory. Please use a larger instance',
  ],
  [
    'oom_host',
    'AlgorithmError: ExecuteUserScriptError:\nExitCode 137\nErrorMessage ""\nExtraInfo "OutOfMemory: Process killed by SIGKILL (signal 9)"',
  ],
  [
    'disk_full',
    'Watchdog caught collective operation timeout: WorkNCCL(…) ran for 600009 milliseconds … OSError: [Errno 28] No space left on device',
  ],
  [
    'data',
    'pyarrow.lib.ArrowInvalid: JSON parse error: Column(/execution_result/[]) changed from number to string in row 13',
  ],
  ['data', 'no file found in path /opt/ml/input/data/train'],
  [
    'permission',
    'ClientError: Data download failed:Unable to download object s3://a/b (AccessDenied: Access Denied)',
  ],
  [
    'network',
    "ClientError: Data download failed:Please ensure that the subnet's route table has a route to an S3 VPC endpoint or a NAT device",
  ],
  ['bad_checkpoint', 'RuntimeError: PytorchStreamReader failed reading zip archive: not a ZIP archive'],
  [
    'bad_checkpoint',
    'File "trainer_callback.py", line 149, in load_from_json … /opt/ml/checkpoints/checkpoint-1300/trainer_state.json … json.decoder.JSONDecodeError: Expecting \',\' delimiter',
  ],
  ['unknown', 'AlgorithmError: Exit Code: 139'],
  ['unknown', 'AlgorithmError: , exit code: 1'],
];

describe('the failure kind of a job', () => {
  it.each(reasons)('is %s for: %s', (kind, failureReason) => {
    expect(classifyFailure(aJob({ ...failed, failureReason }), [])).toMatchObject({ kind });
  });

  it('comes from the FailureReason before the log, because old log lines may be about a problem that is over', () => {
    const job = aJob({
      ...failed,
      failureReason: 'CapacityError: Unable to provision requested ML compute capacity.',
    });
    expect(classifyFailure(job, ['CUDA out of memory'])).toMatchObject({
      kind: 'capacity',
      confidence: 'high',
    });
  });

  it('has low confidence if SageMaker uses the same words for a denied and an empty prefix', () => {
    const job = aJob({
      ...failed,
      failureReason: 'No S3 objects found under S3 URL "s3://a/b" given in input data source.',
    });
    expect(classifyFailure(job, [])).toMatchObject({
      kind: 'permission',
      confidence: 'low',
      evidence: [expect.anything(), expect.stringContaining('check both')],
    });
  });

  it('distinguishes a spot interruption, a job that never got instances, and one that ran out of time', () => {
    const stopped = (...statuses: string[]): string =>
      classifyFailure(aJob({ transitions: statuses.map((status) => ({ status, startedAt: 0 })) }), []).kind;
    expect(stopped('Starting', 'Training', 'Interrupted', 'Starting')).toBe('spot_interruption');
    expect(stopped('Starting')).toBe('capacity');
    expect(stopped('Starting', 'Training')).toBe('time_limit');
    expect(classifyFailure(aJob({ secondaryStatus: 'MaxRuntimeExceeded' }), []).kind).toBe('time_limit');
  });

  it('is never guessed: an unknown failure keeps the original message', () => {
    const job = aJob({ ...failed, failureReason: 'AlgorithmError: something new' });
    expect(classifyFailure(job, ['epoch 3', 'nobody knows these words', ''])).toEqual({
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
      kind: 'unknown',
      confidence: 'low',
      evidence: [
        'FailureReason: “AlgorithmError: something new”',
        'Last log line: “nobody knows these words”',
      ],
    });
  });
});
