import type { JsonObject, S3Uri } from './basics.ts';
import type { Token } from './token.ts';

/** TrainingJobStatus of DescribeTrainingJob. Values "subject to change": treat an unknown one as not ended. */
export type TrainingStatus = 'InProgress' | 'Completed' | 'Failed' | 'Stopping' | 'Stopped' | (string & {});

export interface StatusTransition {
  /** A SecondaryStatus such as `Training` or `Interrupted`. */
  readonly status: string;
  readonly startedAt: number;
  readonly endedAt?: number;
}

/** A training job as DescribeTrainingJob tells it. */
export interface TrainingJob {
  readonly name: string;
  readonly arn: string;
  readonly status: TrainingStatus;
  readonly secondaryStatus: string;
  readonly transitions: readonly StatusTransition[];
  /** At most 1,024 characters, often cut before the line that matters; only for a failed job. */
  readonly failureReason?: string;
  readonly spot: boolean;
  /** CheckpointConfig.S3Uri; absent: the job keeps no checkpoints. */
  readonly checkpointUri?: S3Uri;
  readonly instanceType?: string;
  readonly instanceCount?: number;
  /** As they are stored: strings, some of them JSON within the string. */
  readonly hyperParameters: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly inputs: readonly InputChannel[];
  /** AlgorithmSpecification.TrainingImage; absent for an algorithm from the marketplace. */
  readonly image?: string;
  /** ModelArtifacts.S3ModelArtifacts: where the model is said to be, once the job has ended. */
  readonly modelUri?: S3Uri;
  /** Names of AlgorithmSpecification.MetricDefinitions, at most 40: what the script writes to CloudWatch itself. */
  readonly metricNames?: readonly string[];
  /** FinalMetricDataList: the last value of each metric that the script reported. */
  readonly finalMetrics?: Readonly<Record<string, number>>;
  /** RoleArn: as whom the job reads and writes. */
  readonly role?: string;
  /** VpcConfig.Subnets, each in one Availability Zone; empty without a VPC of its own. */
  readonly subnets?: readonly string[];
  readonly createdAt: number;
  /** TrainingEndTime: for a failed job the moment the failure was detected. */
  readonly endedAt?: number;
}

/** One channel of InputDataConfig that reads from S3. */
export interface InputChannel {
  readonly name: string;
  readonly uri: S3Uri;
  /** `S3Prefix`, `ManifestFile`, `AugmentedManifestFile`. */
  readonly type: string;
}

/** What a clone changes against the job it copies; everything else is taken over unchanged. */
export interface CloneChanges {
  readonly name: string;
  readonly checkpointUri?: S3Uri;
  /** Added to the source job's own tags (those starting `aws:` are AWS's and are not copied). */
  readonly tags: { readonly [key: string]: string };
  /** Set beside the job's own hyperparameters, which are at most 100. */
  readonly hyperParameters?: Readonly<Record<string, string>>;
  /** Set beside the job's own environment, which has at most 100 entries of 512 characters. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Another type, the same count; a job with instance groups or preferences keeps them. */
  readonly instanceType?: string;
  /** False: on demand, and so without MaxWaitTimeInSeconds. */
  readonly spot?: false;
  /** Where channels read from now, by channel name. */
  readonly inputs?: Readonly<Record<string, S3Uri>>;
}

/** The frozen request of a launch: exactly the input of CreateTrainingJob. */
export interface LaunchRequest extends JsonObject {
  readonly TrainingJobName: string;
}

export interface CloneDraft {
  readonly request: LaunchRequest;
  /** The same fields as the source job has them: the left side of the difference. */
  readonly source: JsonObject;
  /** What AWS does not give back and the clone therefore lacks, in words. */
  readonly lost: readonly string[];
}

export interface Launch {
  readonly name: string;
  readonly arn: string;
  /** True when the job already stood there with our tags and fields: an earlier run of this try made it. */
  readonly adopted: boolean;
}

/** Reads SageMaker training jobs. */
export interface Training {
  /** Throws `job-not-found`. */
  readonly describe: (job: string) => Promise<TrainingJob>;
  /** Undefined where `describe` would throw `job-not-found`. */
  readonly find: (job: string) => Promise<TrainingJob | undefined>;
  readonly tags: (job: string) => Promise<ReadonlyMap<string, string>>;
  readonly draftClone: (job: string, changes: CloneChanges) => Promise<CloneDraft>;
}

/** Training jobs, with the calls that only an approved change may make. */
export interface TrainingChanges extends Training {
  /** Asks for the end of a job; returns before it has ended. Repeatable; a job that has ended is left as it is. */
  readonly stop: (job: string, token: Token) => Promise<void>;
  /**
   * At most one job per token: describe, verify, create, and on doubt describe again; never another name.
   * Throws `not-approved` for another request than the token's.
   */
  readonly launch: (request: LaunchRequest, token: Token) => Promise<Launch>;
}
