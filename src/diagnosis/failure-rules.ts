import type { FailureKind } from '../ports/failure-kind.ts';

export interface FailureRule {
  readonly kind: FailureKind;
  readonly pattern: RegExp;
}

/**
 * The first matching rule decides, so the order matters: a full disk looks like a hang, and a broken checkpoint or a
 * denied bucket looks like bad data. One row per wording. Messages with more than one possible cause belong in
 * failure-symptoms.ts.
 */
export const failureRules: readonly FailureRule[] = [
  {
    kind: 'capacity',
    pattern: /CapacityError|InsufficientInstanceCapacity|Unable to provision requested ML compute/,
  },
  { kind: 'internal', pattern: /^\s*InternalServerError/ },

  // https://github.com/instructlab/instructlab/issues/3321: an NCCL timeout whose cause was a full disk.
  { kind: 'disk_full', pattern: /No space left on device|Disk quota exceeded/ },

  // https://docs.nvidia.com/deploy/xid-errors/: 48 double-bit ECC, 63 and 64 row remapping, 74 NVLink, 79 off the bus.
  { kind: 'hardware', pattern: /uncorrectable (?:NVLink|ECC) error|fallen off the bus/i },
  { kind: 'hardware', pattern: /NVRM: Xid \([^()\n]{0,200}\): (?:48|63|64|74|79|94|95)\b/ },

  // https://docs.ray.io/en/latest/ray-core/scheduling/ray-oom-prevention.html: the class of the GPU's error, host memory.
  {
    kind: 'oom_host',
    pattern: /(?:ray\.exceptions|java\.lang)\.OutOfMemoryError|node running low on memory/,
  },
  { kind: 'oom_gpu', pattern: /\bOutOfMemoryError\b|(?:CUDA|HIP) out of memory|CUDA error: out of memory/ },
  { kind: 'oom_gpu', pattern: /(?:CUBLAS|CUDNN)_STATUS_ALLOC_FAILED|out_of_memory: CUDA error/ },
  {
    kind: 'oom_gpu',
    pattern:
      /OOM when allocating tensor(?:(?!OOM when).){0,200}device:GPU|No available memory for the cache blocks/,
  },

  {
    kind: 'oom_host',
    pattern: /use an instance type with more memory|Out of Memory\. Please use a larger instance/,
  },
  // https://github.com/aws/sagemaker-training-toolkit/blob/master/src/sagemaker_training/process.py
  { kind: 'oom_host', pattern: /Process killed by SIGKILL|DefaultCPUAllocator: can't allocate memory/ },
  {
    kind: 'oom_host',
    pattern:
      /DataLoader worker \(pid.{0,40} is killed by signal: Killed|\b_?(?:Array)?MemoryError\b|Cannot allocate memory/,
  },
  { kind: 'oom_host', pattern: /out of shared memory|insufficient shared memory|oom-kill/ },

  // https://github.com/hiyouga/LlamaFactory/issues/6208: an interrupted run that could not load its own checkpoint.
  {
    kind: 'bad_checkpoint',
    pattern: /PytorchStreamReader failed|Error while deserializing header|MetadataIncompleteBuffer/,
  },
  {
    kind: 'bad_checkpoint',
    pattern: /Can't find a valid checkpoint at|Expected \d+ of '\S*_optim_states\.pt'/,
  },
  // A truncated trainer_state.json raises the same error as truncated data, and an empty optimizer.pt one without a message; the function name tells them apart.
  {
    kind: 'bad_checkpoint',
    pattern: /\b(?:_load_from_checkpoint|_load_rng_state|_load_optimizer_and_scheduler)\b/,
  },
  { kind: 'bad_checkpoint', pattern: /\bload_from_json\b|No such file or directory: \S*trainer_state\.json/ },
  {
    kind: 'bad_checkpoint',
    pattern: /open\((?:(?!open\().){0,120}trainer_state\.json(?:(?!trainer_state).){0,400}JSONDecodeError/s,
  },

  // https://github.com/aws/amazon-sagemaker-examples/issues/4384: a denied bucket is reported as a failed download.
  {
    kind: 'permission',
    pattern: /AccessDenied|Access Denied|403 Forbidden|\(403\) when calling|Could not assume role/,
  },
  { kind: 'permission', pattern: /is not authorized to perform|GatedRepoError|401 Client Error/ },

  {
    kind: 'network',
    pattern:
      /route table has a route to an S3 VPC endpoint|EndpointConnectionError|Could not connect to the endpoint URL/,
  },

  // https://github.com/aws/amazon-sagemaker-examples/issues/263
  { kind: 'quota', pattern: /ResourceLimitExceeded|account-level service limit/ },
  // https://github.com/aws/sagemaker-python-sdk/issues/645
  {
    kind: 'throttle',
    pattern: /reached max retries: \d+\): (?:Rate exceeded|Please reduce your request rate)/,
  },
  {
    kind: 'throttle',
    pattern: /Data download failed(?:(?!Data download).){0,300}(?:SlowDown|reduce your request rate)/,
  },

  // https://github.com/aws/sagemaker-python-sdk/issues/57
  {
    kind: 'image',
    pattern:
      /Cannot pull algorithm container|CannotPullContainer|exec format error|: exec: "[^"]+": executable file/,
  },
  // Without network access, pip finds no version of any package.
  {
    kind: 'network',
    pattern:
      /(?:name resolution|Network is unreachable|NewConnectionError|ConnectTimeoutError)(?:(?!name resolution|Network is|NewConnection|ConnectTimeout).){0,4000}No matching distribution found/s,
  },
  // https://github.com/aws/sagemaker-training-toolkit/blob/master/src/sagemaker_training/errors.py
  { kind: 'dependency_install', pattern: /InstallModuleError|InstallRequirementsError/ },
  {
    kind: 'dependency_install',
    pattern:
      /No matching distribution found for|Could not find a version that satisfies|ResolutionImpossible/,
  },

  { kind: 'data', pattern: /Data download failed|no file found in path \/opt\/ml\/input\/data/ },
  { kind: 'data', pattern: /FileNotFoundError(?:(?!FileNotFound).){0,200}\/opt\/ml\/input\/data/ },
  { kind: 'data', pattern: /ArrowInvalid|DatasetGenerationError|Parquet (?:magic bytes|file size is 0)/ },
  {
    kind: 'data',
    pattern:
      /\/datasets\/(?:(?!\/datasets\/).){0,4000}(?:JSONDecodeError|UnicodeDecodeError|\bStopIteration\b)/s,
  },
  {
    kind: 'data',
    pattern: /KeyError: '(?:prompt|messages|content|completion|solution|ground_truth|text|input_ids|_data)'/,
  },
  // TRL on prompts that are null, empty or without a solution; verl on a data_source that it cannot score.
  {
    kind: 'data',
    pattern: /text input must be of type '?`?str|apply_chat_template(?:(?!apply_chat).){0,2000}IndexError/s,
  },
  {
    kind: 'data',
    pattern: /missing \d+ required positional arguments?: '(?:prompt|prompts|solution|answer|ground_truth)'/,
  },
  { kind: 'data', pattern: /Reward function is not implemented for data_source/ },

  { kind: 'throttle', pattern: /ThrottlingException|TooManyRequestsException/ },

  // https://github.com/aws/sagemaker-python-sdk/issues/342
  { kind: 'code_error', pattern: /has no attribute '|\b(?:NameError|UnboundLocalError): / },
  { kind: 'code_error', pattern: /\b(?:SyntaxError|IndentationError|TabError): / },
  {
    kind: 'code_error',
    pattern: /got an unexpected keyword argument|missing \d+ required positional argument/,
  },
  {
    kind: 'code_error',
    pattern: /error: unrecognized arguments:|error: the following arguments are required:/,
  },
];
