import type { Metrics } from './ports/metrics.ts';

/**
 * What actions may use. Each interface is in our words, not AWS's; `src/aws` implements them.
 * Every method may throw `OpsError`; nothing else.
 */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** `s3://bucket/key`; a folder ends with `/`. */
export type S3Uri = `s3://${string}`;

/** Times are milliseconds since the epoch, everywhere. */
export interface Clock {
  readonly now: () => number;
}

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
  /** Names of AlgorithmSpecification.MetricDefinitions, at most 40: what the script writes to CloudWatch itself. */
  readonly metricNames?: readonly string[];
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

/** Which authorised try a change belongs to; the same try always has the same mark, also after a crash. */
export interface Mark {
  readonly incident: string;
  readonly step: string;
  readonly attempt: number;
  /** 16 hexadecimal digits of hash(incident, step, attempt): part of every name this try gives to AWS. */
  readonly id: string;
  /** The ids of the tries before this one, oldest first. */
  readonly earlier: readonly string[];
}

/** The right to make one change. */
export interface Token extends Mark {
  /** SHA-256 of the frozen request that people approved. */
  readonly hash: string;
  readonly approvers: readonly string[];
  /** Call right before the effect: throws `approval-lapsed` when the approval died meanwhile. */
  readonly confirm: () => Promise<void>;
}

export interface Launch {
  readonly name: string;
  readonly arn: string;
  /** True when the job already stood there with our tags and fields: an earlier run of this try made it. */
  readonly adopted: boolean;
}

/** SageMaker training jobs. */
export interface Training {
  /** Throws `job-not-found`. */
  readonly describe: (job: string) => Promise<TrainingJob>;
  /** Undefined where `describe` would throw `job-not-found`. */
  readonly find: (job: string) => Promise<TrainingJob | undefined>;
  readonly draftClone: (job: string, changes: CloneChanges) => Promise<CloneDraft>;
  /** Asks for the end of a job; returns before it has ended. Repeatable; a job that has ended is left as it is. */
  readonly stop: (job: string, token: Token) => Promise<void>;
  /** At most one job per token: describe, verify, create, and on doubt describe again; never another name. */
  readonly launch: (request: LaunchRequest, token: Token) => Promise<Launch>;
}

export interface StoredFile {
  /** Path below the folder, e.g. `model.safetensors`. */
  readonly name: string;
  readonly size: number;
  readonly modifiedAt: number;
  readonly etag: string;
}

/** One range of an object: from `start`, or the last `last` bytes. */
export type ByteRange = { readonly start: number; readonly length: number } | { readonly last: number };

export interface StagedCopy {
  readonly files: number;
  readonly bytes: number;
}

/** A file that stands in a copy with other bytes than in its source. */
export interface Edit {
  /** Path below the folder. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Checkpoint folders in S3. */
export interface Checkpoints {
  /** Names of the folders right below `uri`, by delimiter; never walks what is inside them. */
  readonly folders: (uri: S3Uri) => Promise<readonly string[]>;
  readonly files: (folder: S3Uri) => Promise<readonly StoredFile[]>;
  /** Names below `folder` whose multipart upload is not finished. */
  readonly uploadsInFlight: (folder: S3Uri) => Promise<readonly string[]>;
  /** Throws `checkpoint-changed` when the object is no longer the one with this etag. */
  readonly read: (folder: S3Uri, file: StoredFile, range: ByteRange) => Promise<Uint8Array>;
  /** Server-side copy of a folder into another, but for the edits; repeatable; compares sizes and checksums at the end. */
  readonly stage: (from: S3Uri, to: S3Uri, edits?: readonly Edit[]) => Promise<StagedCopy>;
}

/** What one host wrote since it was last started. */
export interface LogStream {
  readonly name: string;
  /** `algo-1`, `algo-2`, … */
  readonly host: string;
}

export interface LogLine {
  readonly at: number;
  readonly text: string;
}

/** CloudWatch Logs of training jobs. */
export interface Logs {
  /** The newest lines of the job's last `algo-1` stream, oldest first; empty when there is no stream yet. */
  readonly tail: (job: string, lines: number) => Promise<readonly string[]>;
  /** The last stream of each host, by the number of the host; empty when there is none yet. */
  readonly streams: (job: string) => Promise<readonly LogStream[]>;
  /** The newest lines of one stream, oldest first. */
  readonly newest: (stream: LogStream, lines: number) => Promise<readonly LogLine[]>;
}

/** Limits of what Relight may launch, from `caps` in relight.yaml. */
export interface Caps {
  readonly instanceTypes: readonly string[];
  readonly instanceCount: number;
}

export interface Ports {
  readonly training: Training;
  readonly checkpoints: Checkpoints;
  readonly logs: Logs;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly caps: Caps;
  /** `s3.recovery` of relight.yaml: staged checkpoints go below it, one fresh folder per launch. */
  readonly recoveryPrefix: S3Uri;
}
