import type { JsonObject, S3Uri } from './basics.ts';
import type { MetricQuery } from './metrics.ts';
import type { Token } from './token.ts';

/** Model registry and endpoints, in our words; `src/aws/models/models.ts` implements them. */

/** One version of a model package group. */
export interface ModelVersion {
  readonly arn: string;
  readonly group: string;
  readonly version: number;
  /** ModelApprovalStatus: `Approved`, `Rejected`, `PendingManualApproval`. */
  readonly approval: string;
  /** ModelPackageStatus; only a `Completed` one can be served. */
  readonly status: string;
  readonly createdAt: number;
  /** Numeric CustomerMetadataProperties: results of the team's own evaluation. */
  readonly evaluation: Readonly<Record<string, number>>;
  /** The training job that created it, if the registry knows it. */
  readonly job?: string;
  readonly artefact?: S3Uri;
  /** False if the artifact is no longer in S3. */
  readonly artefactExists: boolean;
}

/** The contents and status of a version that a promotion relies on. */
export interface PackageNow {
  readonly approval: string;
  readonly status: string;
  readonly containers: readonly {
    readonly image?: string;
    /** `sha256:…`, resolved by SageMaker when the version was registered. */
    readonly imageDigest?: string;
    readonly model?: S3Uri;
    /** SHA-256 over name, size and ETag of the objects at `model`; absent if there are none. */
    readonly modelIdentity?: string;
  }[];
}

/** Instances of one type in an endpoint configuration. */
export interface ServingInstances {
  readonly type: string;
  readonly count: number;
}

/** What an endpoint serves, and the configuration it is changing to. */
export interface ServedEndpoint {
  readonly name: string;
  /** EndpointStatus. `InService` alone says nothing about which configuration is served. */
  readonly status: string;
  readonly config: string;
  /** The target configuration of a deployment in progress. */
  readonly pendingConfig?: string;
  /** When it started to serve this configuration, or last changed. */
  readonly changedAt: number;
  readonly failureReason?: string;
  readonly variants: readonly {
    readonly name: string;
    readonly model: string;
    readonly packageArn?: string;
  }[];
}

/** A CloudWatch alarm on the endpoint's own metrics. */
export interface EndpointAlarm {
  readonly name: string;
  readonly state: string;
  /** When it entered this state, in milliseconds since the epoch. */
  readonly since?: number;
  /** Absent if Relight does not support the alarm's statistic or comparison. */
  readonly watches?: WatchedMetric;
}

export interface WatchedMetric extends MetricQuery {
  readonly ringsWhen: 'above' | 'below';
  readonly threshold: number;
}

/** The frozen request of a promotion: what is created, if anything, and the update. */
export interface PromotionRequest extends JsonObject {
  readonly endpoint: string;
  /** The configuration that the endpoint must still serve when the update is sent (compare-and-set). */
  readonly expects: string;
  readonly config: string;
}

export interface PromotionDraft {
  readonly request: PromotionRequest;
  /** The present values of the same fields: the left side of the difference. */
  readonly source: JsonObject;
  /** True if the configuration that served this version before still exists, so nothing is created. */
  readonly reused: boolean;
}

/** Reads the registry and the endpoints. */
export interface Models {
  /** Throws `endpoint-not-found`. */
  readonly served: (endpoint: string) => Promise<ServedEndpoint>;
  /** Newest first. */
  readonly versions: (group: string, max: number) => Promise<readonly ModelVersion[]>;
  readonly packageNow: (packageArn: string) => Promise<PackageNow>;
  /** The instances of an endpoint configuration, without serverless variants and others that have none. */
  readonly instancesOf: (config: string) => Promise<readonly ServingInstances[]>;
  readonly alarmsOf: (endpoint: string) => Promise<readonly EndpointAlarm[]>;
  /** `attemptId`: 16 hexadecimal digits, part of every new name. `guards`: at most 10 alarms that roll the update back. */
  readonly draftPromotion: (
    endpoint: string,
    packageArn: string,
    attemptId: string,
    guards: readonly string[],
  ) => Promise<PromotionDraft>;
}

/** The registry and the endpoints, with the calls that only an approved change may make. */
export interface ModelChanges extends Models {
  /**
   * At most one update per token. Throws `not-approved` for another request than the token's, and `endpoint-moved` when
   * the endpoint is no longer as it was when people approved.
   */
  readonly promote: (request: PromotionRequest, token: Token) => Promise<{ readonly adopted: boolean }>;
  /** Repeatable. A changed approval status may start users' pipelines through EventBridge. */
  readonly reject: (packageArn: string, note: string, token: Token) => Promise<void>;
}
