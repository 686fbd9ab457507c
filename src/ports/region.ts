import type { S3Uri } from './basics.ts';

/** The whole Region at once, in our words; `src/aws/training/region.ts` implements it. */

/** A list with a maximum length. */
export interface Listed<T> {
  readonly found: readonly T[];
  /** True if there are more. */
  readonly cut: boolean;
}

/** The fields of a training job that a list call returns. */
export interface JobSummary {
  readonly name: string;
  /** TrainingJobStatus. */
  readonly status: string;
  readonly createdAt: number;
  readonly endedAt?: number;
}

/** A CloudWatch alarm in the state ALARM. */
export interface RaisedAlarm {
  readonly name: string;
  /** The reason according to CloudWatch; untrusted text. */
  readonly reason: string;
  readonly since?: number;
}

export interface EndpointState {
  readonly name: string;
  /** EndpointStatus, such as `InService`, `Updating`, `Failed`. */
  readonly status: string;
  readonly changedAt: number;
}

/** The part of a tier that orders recoveries. */
export interface TierOfJob {
  readonly name: string;
  /** 0 for the first tier in relight.yaml. */
  readonly rank: number;
  readonly rpoMinutes: number;
}

export interface Region {
  /** Jobs that changed since then or have not ended, newest first. Slow: SageMaker allows 2 list calls per second. */
  readonly jobs: (since: number, max: number) => Promise<Listed<JobSummary>>;
  /** Running jobs, newest first. Just as slow. */
  readonly running: (max: number) => Promise<Listed<JobSummary>>;
  readonly alarms: (max: number) => Promise<Listed<RaisedAlarm>>;
  /** Newest first. */
  readonly endpoints: (max: number) => Promise<Listed<EndpointState>>;
  /** Whether there is any object below; throws if the bucket cannot be reached. */
  readonly holdsAnything: (place: S3Uri) => Promise<boolean>;
  /** Undefined if no pattern in relight.yaml matches the job. */
  readonly tierOf: (job: string) => TierOfJob | undefined;
}
