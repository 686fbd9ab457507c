import type { S3Uri } from './basics.ts';

/** The first entries of a list, up to a maximum. */
export interface Listed<T> {
  readonly found: readonly T[];
  /** True if there are more. */
  readonly cut: boolean;
}

/**
 * The fields of a training job that a list call returns. Times in this file are milliseconds since the epoch.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListTrainingJobs.html
 */
export interface JobSummary {
  readonly name: string;
  /** TrainingJobStatus. */
  readonly status: string;
  readonly createdAt: number;
  readonly endedAt?: number;
}

/**
 * A CloudWatch alarm in the state ALARM.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
export interface RaisedAlarm {
  readonly name: string;
  /** The reason according to CloudWatch; untrusted text. */
  readonly reason: string;
  readonly since?: number;
}

/** The fields of an endpoint that a list call returns. */
export interface EndpointState {
  readonly name: string;
  /** EndpointStatus, such as `InService`, `Updating`, `Failed`. */
  readonly status: string;
  readonly changedAt: number;
}

/** The fields of a tier that decide the order of recoveries. */
export interface TierOfJob {
  readonly name: string;
  /** 0 for the first tier in relight.yaml. */
  readonly rank: number;
  readonly rpoMinutes: number;
}

/**
 * Reads the whole Region at once, for incidents about many jobs. `max` limits the length of a list.
 *
 * @example const { found, cut } = await region.running(200)
 */
export interface Region {
  /** Jobs that changed since this time or have not ended, newest first. Slow: SageMaker allows 2 list calls per second. */
  readonly jobs: (since: number, max: number) => Promise<Listed<JobSummary>>;
  /** Running jobs, newest first. As slow as `jobs`. */
  readonly running: (max: number) => Promise<Listed<JobSummary>>;
  /**
   * CheckpointConfig.S3Uri of each of these jobs that has one. A job keeps it for life, so each is described once. A job that
   * is gone is left out.
   */
  readonly checkpointRoots: (jobs: readonly JobSummary[]) => Promise<ReadonlyMap<string, string>>;
  /** CloudWatch alarms in the state ALARM. */
  readonly alarms: (max: number) => Promise<Listed<RaisedAlarm>>;
  /** Endpoints, newest first. */
  readonly endpoints: (max: number) => Promise<Listed<EndpointState>>;
  /** Whether any object has this address as its prefix. Throws if the bucket cannot be reached. */
  readonly holdsAnything: (place: S3Uri) => Promise<boolean>;
  /** Undefined if no pattern in relight.yaml matches the job. */
  readonly tierOf: (job: string) => TierOfJob | undefined;
}
