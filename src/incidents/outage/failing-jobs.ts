import type { IncidentKind } from '../../playbooks/define.ts';

/** How many jobs, failing for one cause within how many minutes, make an outage. */
export interface OutageLimits {
  readonly jobs: number;
  readonly minutes: number;
}

export interface FailingJob {
  readonly job: string;
  readonly at: number;
}

/** Jobs that failed recently (`at` in ms), by cause, shared by all processes. */
export interface FailingJobs {
  /** Records the job and returns all jobs that failed around that time for the same cause, including it, first failure first. */
  readonly note: (
    cause: string,
    failing: FailingJob,
    windowMs: number,
  ) => Promise<{ readonly jobs: readonly FailingJob[]; readonly outage: string | undefined }>;
  /** Records the cause that SageMaker reports; undefined if it is the job's own. The job stops counting for other causes. */
  readonly recordCause: (job: string, cause: string | undefined, at: number) => Promise<void>;
  /** The cause recorded last; undefined if SageMaker has not reported one. */
  readonly recordedCause: (job: string) => Promise<{ readonly cause: string | undefined } | undefined>;
  /** Makes this the incident for all failures with this cause, unless there is one already; returns the one that counts. */
  readonly claim: (cause: string, incident: string) => Promise<string>;
  /** Detaches the incident from the cause: later failures are not part of it. */
  readonly release: (cause: string, incident: string) => Promise<void>;
  readonly outageOf: (job: string) => Promise<string | undefined>;
  readonly assign: (job: string, incident: string) => Promise<void>;
}

/** Failure kinds that can hit many jobs at once, with their cause. A user stop, a bad checkpoint or an OOM concerns one job. */
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
