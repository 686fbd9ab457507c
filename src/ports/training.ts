import type { JsonObject, S3Uri } from './basics.ts';
import type { Token } from './token.ts';

/** TrainingJobStatus of DescribeTrainingJob. AWS may add values: treat an unknown one as not ended. */
export type TrainingStatus = 'InProgress' | 'Completed' | 'Failed' | 'Stopping' | 'Stopped' | (string & {});

/** One phase of a training job, from SecondaryStatusTransitions. */
export interface StatusTransition {
  /** A SecondaryStatus such as `Training` or `Interrupted`. */
  readonly status: string;
  readonly startedAt: number;
  readonly endedAt?: number;
}

/**
 * A training job as DescribeTrainingJob returns it. Times are milliseconds since the epoch.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTrainingJob.html
 */
export interface TrainingJob {
  readonly name: string;
  readonly arn: string;
  readonly status: TrainingStatus;
  readonly secondaryStatus: string;
  /** Oldest first. */
  readonly transitions: readonly StatusTransition[];
  /** At most 1,024 characters, often cut off before the line that matters; only for a failed job. */
  readonly failureReason?: string;
  readonly spot: boolean;
  /** CheckpointConfig.S3Uri; absent if the job saves no checkpoints. */
  readonly checkpointUri?: S3Uri;
  readonly instanceType?: string;
  readonly instanceCount?: number;
  /** ResourceConfig.VolumeSizeInGB; instances with local storage ignore it. */
  readonly volumeGb?: number;
  /** Stored as strings, some of them JSON-encoded. */
  readonly hyperParameters: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  /** AlgorithmSpecification.ContainerArguments: further arguments of the container's program. */
  readonly containerArguments?: readonly string[];
  readonly inputs: readonly InputChannel[];
  /** AlgorithmSpecification.TrainingImage; absent for a marketplace algorithm. */
  readonly image?: string;
  /** ModelArtifacts.S3ModelArtifacts: address of the model, once the job has ended. */
  readonly modelUri?: S3Uri;
  /** OutputDataConfig.S3OutputPath: where the model is written. */
  readonly outputUri?: S3Uri;
  /** Names of AlgorithmSpecification.MetricDefinitions, at most 40: metrics parsed from the script's output. */
  readonly metricNames?: readonly string[];
  /** FinalMetricDataList: the last value of each metric that the script reported. */
  readonly finalMetrics?: Readonly<Record<string, number>>;
  /** RoleArn, which the job uses to read and write. */
  readonly role?: string;
  /** VpcConfig.Subnets, each in one Availability Zone; empty without a VpcConfig. */
  readonly subnets?: readonly string[];
  readonly createdAt: number;
  /** TrainingEndTime; for a failed job, when the failure was detected. */
  readonly endedAt?: number;
}

/** One channel of InputDataConfig that reads from S3. */
export interface InputChannel {
  readonly name: string;
  readonly uri: S3Uri;
  /** `S3Prefix`, `ManifestFile`, `AugmentedManifestFile`. */
  readonly type: string;
}

/**
 * The fields that a clone overrides; all others are copied unchanged.
 *
 * @example { name: 'job-1-r1', checkpointUri: 's3://bucket/recovery/job-1-r1/', tags: {}, spot: false }
 */
export interface CloneChanges {
  readonly name: string;
  readonly checkpointUri?: S3Uri;
  /** Added to the source job's tags, without those that start with `aws:`, which AWS owns. */
  readonly tags: { readonly [key: string]: string };
  /** Merged into the job's hyperparameters, at most 100 in total. */
  readonly hyperParameters?: Readonly<Record<string, string>>;
  /** Merged into the job's environment, at most 100 entries of 512 characters. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Replaces the instance type and keeps the count; instance groups and preferences of the job stay. */
  readonly instanceType?: string;
  /** The number of instances of the job's one type. */
  readonly instanceCount?: number;
  readonly volumeGb?: number;
  /** The only subnets to use, out of those of the job. */
  readonly subnets?: readonly string[];
  /** False launches on demand, without MaxWaitTimeInSeconds. */
  readonly spot?: false;
  /** New S3 addresses by channel name. */
  readonly inputs?: Readonly<Record<string, S3Uri>>;
}

/**
 * The frozen request of a launch: exactly the input of CreateTrainingJob.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
 */
export interface LaunchRequest extends JsonObject {
  readonly TrainingJobName: string;
}

/** The request of a clone, with what approvers compare it with. */
export interface CloneDraft {
  readonly request: LaunchRequest;
  /** The source job's values of the same fields: the left side of the difference. */
  readonly source: JsonObject;
  /** Settings that AWS does not return, in words: the clone lacks them. */
  readonly lost: readonly string[];
}

/** A launched job. */
export interface Launch {
  readonly name: string;
  readonly arn: string;
  /** True if the job already existed with our tags and fields: an earlier run of this attempt created it. */
  readonly adopted: boolean;
}

/**
 * Reads SageMaker training jobs.
 *
 * @example const { status, endedAt } = await training.describe(job)
 */
export interface Training {
  /** Throws `job-not-found`. */
  readonly describe: (job: string) => Promise<TrainingJob>;
  /** Returns undefined instead of throwing `job-not-found`. */
  readonly find: (job: string) => Promise<TrainingJob | undefined>;
  /** Tag keys with their values. */
  readonly tags: (job: string) => Promise<ReadonlyMap<string, string>>;
  /** Builds the launch request from the described job, and sends nothing. Throws `job-not-found`. */
  readonly draftClone: (job: string, changes: CloneChanges) => Promise<CloneDraft>;
}

/** The container registries that training images are pulled from. */
export interface TrainingImages {
  /**
   * `sha256:…` of the image that SageMaker would pull under this name; undefined if the registry has no such image. Throws
   * `aws-denied` without permission to pull it, and `aws-refused` for a registry that cannot be read.
   */
  readonly digestOf: (image: string) => Promise<string | undefined>;
}

/** Training jobs, with the calls that only an approved change may make. */
export interface TrainingChanges extends Training {
  /**
   * Stops a job and returns before it has ended: SageMaker lets the script run for up to 120 seconds more. Repeatable;
   * does nothing if the job has ended. Throws `not-approved` if the token is for another job.
   * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StopTrainingJob.html
   */
  readonly stop: (job: string, token: Token) => Promise<void>;
  /**
   * Launches at most one job per token: describes, verifies, creates, and describes again if in doubt. Never uses another
   * name. Throws `not-approved` if the request is not the token's, and `job-foreign` if someone else's job has the name.
   */
  readonly launch: (request: LaunchRequest, token: Token) => Promise<Launch>;
}
