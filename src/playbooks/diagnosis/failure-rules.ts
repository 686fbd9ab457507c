import type { FailureKind } from '../define.ts';

export interface FailureRule {
  readonly kind: FailureKind;
  readonly pattern: RegExp;
  /** Set where the same words also have another cause: what to look at, in one sentence. */
  readonly unsure?: string;
}

/**
 * The first rule that matches decides, so the order carries knowledge: a full disk looks like a hang, a broken
 * checkpoint and a denied bucket look like bad data. One row for each way of saying it.
 */
export const failureRules: readonly FailureRule[] = [
  { kind: 'capacity', pattern: /CapacityError/ },
  { kind: 'internal', pattern: /^\s*InternalServerError/ },

  // https://github.com/instructlab/instructlab/issues/3321: an NCCL timeout whose cause was a full disk.
  { kind: 'disk_full', pattern: /No space left on device/ },

  { kind: 'oom_gpu', pattern: /torch(?:\.cuda)?\.OutOfMemoryError|(?:CUDA|HIP) out of memory/ },
  { kind: 'oom_gpu', pattern: /CUBLAS_STATUS_ALLOC_FAILED|out_of_memory: CUDA error/ },

  {
    kind: 'oom_host',
    pattern: /use an instance type with more memory|Out of Memory\. Please use a larger instance/,
  },
  { kind: 'oom_host', pattern: /Process killed by SIGKILL|DefaultCPUAllocator: can't allocate memory/ },
  { kind: 'oom_host', pattern: /\bexit ?code:? ?(?:137|-9)\b/i },

  // https://github.com/hiyouga/LlamaFactory/issues/6208: an interrupted run that could not load its own checkpoint.
  {
    kind: 'bad_checkpoint',
    pattern: /PytorchStreamReader failed|Error while deserializing header|Can't find a valid checkpoint at/,
  },
  {
    kind: 'bad_checkpoint',
    pattern: /trainer_state\.json|_load_rng_state|_load_optimizer_and_scheduler|TrainerState\.load_from_json/,
  },

  // https://github.com/aws/amazon-sagemaker-examples/issues/4384: a denied bucket is reported as a failed download.
  {
    kind: 'permission',
    pattern: /AccessDenied|Access Denied|403 Forbidden|Could not assume role|is not authorized to perform/,
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
      /route table has a route to an S3 VPC endpoint|EndpointConnectionError|Could not connect to the endpoint URL/,
  },

  { kind: 'data', pattern: /Data download failed|no file found in path \/opt\/ml\/input\/data/ },
  {
    kind: 'data',
    pattern:
      /JSONDecodeError|ArrowInvalid|DatasetGenerationError|UnicodeDecodeError|Parquet magic bytes not found/,
  },
  { kind: 'data', pattern: /KeyError: '(?:prompt|messages|completion|ground_truth|text|input_ids|_data)'/ },
];
