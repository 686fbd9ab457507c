import { z } from 'zod';

/** Why training failed. A playbook names the kinds it handles. */
export const FailureKind = z.enum([
  'spot_interruption',
  'capacity',
  'oom_gpu',
  'oom_host',
  'disk_full',
  'data',
  'permission',
  'network',
  'internal',
  'time_limit',
  'quota',
  'throttle',
  'user_stopped',
  'bad_checkpoint',
  'code_error',
  'hang_or_nccl',
  'hardware',
  'dependency_install',
  'image',
  'unknown',
]);
export type FailureKind = z.infer<typeof FailureKind>;

/** What an incident is about: a training job that failed, or something that an alarm alone can tell. */
export const IncidentKind = z.enum([
  ...FailureKind.options,
  'model_degraded',
  'system_failure',
  'checkpoints_stopped',
]);
export type IncidentKind = z.infer<typeof IncidentKind>;
