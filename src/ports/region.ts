import type { S3Uri } from './basics.ts';

/** The whole Region at once, in our words; `src/aws/training/region.ts` implements it. */

/** A list that was asked for up to a length. */
export interface Listed<T> {
  readonly found: readonly T[];
  /** True: there are more of them. */
  readonly cut: boolean;
}

/** As much of a training job as a listing tells. */
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
  /** What CloudWatch says about it; untrusted text. */
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
  /** 0 for the tier that stands first in relight.yaml. */
  readonly rank: number;
  readonly rpoMinutes: number;
}

export interface Region {
  /** Training jobs that were changed since then or have not ended, newest first. Slow: SageMaker takes 2 listings a second. */
  readonly jobs: (since: number, most: number) => Promise<Listed<JobSummary>>;
  /** Those that go on, newest first. As slow. */
  readonly running: (most: number) => Promise<Listed<JobSummary>>;
  readonly alarms: (most: number) => Promise<Listed<RaisedAlarm>>;
  /** The newest first. */
  readonly endpoints: (most: number) => Promise<Listed<EndpointState>>;
  /** Whether anything stands below; throws when the bucket cannot be reached. */
  readonly holdsAnything: (place: S3Uri) => Promise<boolean>;
  /** Undefined for a job that no pattern of relight.yaml matches. */
  readonly tierOf: (job: string) => TierOfJob | undefined;
}
