import type { FailureRule } from './failure-rules.ts';

export interface FailureSymptom extends FailureRule {
  /** Other possible causes, or what to check, in one sentence. */
  readonly unsure: string;
}

/**
 * Messages with more than one possible cause. They apply only if no rule of failure-rules.ts matches the FailureReason
 * or the log, and always with low confidence. The first match decides.
 */
export const failureSymptoms: readonly FailureSymptom[] = [
  {
    kind: 'oom_host',
    pattern: /\bexit ?code:? ?(?:137|-9)\b/i,
    unsure:
      'The process was killed from outside: nearly always host memory, see MemoryUtilization of the job',
  },
  {
    kind: 'bad_checkpoint',
    pattern: /, in (?:_?load_checkpoint|load_deepspeed_checkpoint|deepspeed_load_checkpoint)\b/,
    unsure: 'The traceback goes through the loading of a checkpoint: read its last line',
  },
  // https://github.com/aws/amazon-sagemaker-examples/issues/2489
  {
    kind: 'permission',
    pattern: /No S3 objects found/,
    unsure: 'SageMaker says the same when the prefix is empty and when s3:ListBucket is denied: check both',
  },
  {
    kind: 'network',
    pattern:
      /Temporary failure in name resolution|Max retries exceeded with url|Network is unreachable|couldn't connect to 'https:/,
    unsure: 'Some libraries go on after this: the job may have failed of something else',
  },
  {
    kind: 'data',
    pattern: /JSONDecodeError|UnicodeDecodeError/,
    unsure:
      'A broken checkpoint or configuration file ends with the same words: see which file the traceback reads',
  },
  // https://github.com/philschmid/huggingface-sagemaker-workshop-series/issues/12
  {
    kind: 'data',
    pattern: /\bload_from_disk\(|\bload_dataset\(/,
    unsure: 'The traceback goes through the loading of the data: read its last line',
  },
  {
    kind: 'dependency_install',
    pattern: /ModuleNotFoundError: |ImportError: cannot import name/,
    unsure:
      'A package is missing from requirements.txt or has another version, or a file from the source archive',
  },

  // The other ranks of a job end with these messages after the first rank died, whatever the reason.
  {
    kind: 'hang_or_nccl',
    pattern: /Watchdog caught collective operation timeout|ncclRemoteError|ncclSystemError|ncclInternalError/,
    unsure:
      'A rank that died or a full disk looks the same from the other ranks: read what each rank said first',
  },
  {
    kind: 'disk_full',
    pattern: /PytorchStreamWriter failed writing/,
    unsure: 'A checkpoint could not be written: nearly always a full disk, see DiskUtilization of the job',
  },
  {
    kind: 'code_error',
    pattern: /device-side assert triggered/,
    unsure: 'An index was out of range on the GPU: token ids or labels of the data can do that as well',
  },
  // https://github.com/aws/amazon-sagemaker-examples/issues/1740
  {
    kind: 'code_error',
    pattern: /framework error:\s+Traceback|uncaught exception during training/,
    unsure: 'The end of the traceback decides, and it is not seen here',
  },
];
