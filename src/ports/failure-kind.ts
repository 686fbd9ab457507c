import { z } from 'zod';

/** The kinds of failures of a training job, each in words for people. */
const jobFailures = {
  spot_interruption: 'spot capacity lost',
  capacity: 'no instances available',
  oom_gpu: 'GPU out of memory',
  oom_host: 'instance out of memory',
  disk_full: 'disk full',
  data: 'training data cannot be loaded',
  permission: 'access denied by AWS',
  network: 'S3 unreachable',
  internal: 'SageMaker internal error',
  time_limit: 'time limit reached',
  quota: 'account quota reached',
  throttle: 'throttled by AWS',
  user_stopped: 'stopped by a person',
  bad_checkpoint: 'checkpoint cannot be loaded',
  code_error: 'training script failed',
  hang_or_nccl: 'training hangs',
  hardware: 'hardware failure',
  dependency_install: 'dependency installation failed',
  image: 'container image unusable',
  unknown: 'training failed',
} as const;

/**
 * Why training failed, e.g. `oom_gpu`. A playbook names the kinds it handles.
 *
 * @example handles: ['oom_gpu', 'oom_host']
 */
// `Object.keys` returns exactly the keys of the literal above, in their order.
export const FailureKind = z.enum(Object.keys(jobFailures) as (keyof typeof jobFailures)[]);
export type FailureKind = z.infer<typeof FailureKind>;

/** The kind of an incident: why a training job failed, or a problem that only alarms report. */
export const IncidentKind = z.enum([
  ...FailureKind.options,
  'model_degraded',
  'system_failure',
  'checkpoints_stopped',
]);
export type IncidentKind = z.infer<typeof IncidentKind>;

/** Each failure kind in words for people, to be read after a name. No other text shows the kind. */
export const failureWords = {
  ...jobFailures,
  model_degraded: 'model quality degraded',
  system_failure: 'many jobs failed',
  checkpoints_stopped: 'no recent checkpoint',
} as const satisfies Record<IncidentKind, string>;
