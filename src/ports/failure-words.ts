import type { IncidentKind } from './failure-kind.ts';

/** The words of a kind for people: what broke, to be read after a name. */
export const failureWords = {
  spot_interruption: 'spot capacity lost',
  capacity: 'no instances available',
  oom_gpu: 'GPU out of memory',
  oom_host: 'instance out of memory',
  disk_full: 'disk full',
  data: 'training data cannot be loaded',
  permission: 'AWS denies access',
  network: 'S3 cannot be reached',
  internal: 'internal error of SageMaker',
  time_limit: 'time limit reached',
  quota: 'account quota reached',
  throttle: 'throttled by AWS',
  user_stopped: 'stopped by a person',
  bad_checkpoint: 'checkpoint cannot be loaded',
  code_error: 'training script failed',
  hang_or_nccl: 'training hangs',
  hardware: 'hardware failed',
  dependency_install: 'a dependency cannot be installed',
  image: 'container image cannot be used',
  unknown: 'training failed',
  model_degraded: 'the model got worse',
  system_failure: 'many jobs failed',
  checkpoints_stopped: 'no fresh checkpoint',
} as const satisfies Record<IncidentKind, string>;
