import type { IncidentKind } from '../../playbooks/define.ts';

/** What can befall many jobs at once. A person who stops a job, or data that is broken, is about that job. */
export const sharedCauses: Readonly<Partial<Record<IncidentKind, string>>> = {
  spot_interruption: 'capacity',
  capacity: 'capacity',
  permission: 'permission',
  network: 'network',
  internal: 'internal',
  quota: 'quota',
  throttle: 'throttle',
  hang_or_nccl: 'hang_or_nccl',
  hardware: 'hardware',
  dependency_install: 'dependency_install',
  image: 'image',
  data: 'data',
  code_error: 'code_error',
  unknown: 'unknown',
};
