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
  /** The numbers among CustomerMetadataProperties: what the team's evaluation wrote down. */
  readonly evaluation: Readonly<Record<string, number>>;
  /** The training job it came from, where the registry knows it. */
  readonly job?: string;
  readonly artefact?: S3Uri;
  /** False: the registry names an artefact that is not in S3 any more. */
  readonly artefactExists: boolean;
}

/** What a version consists of and how it stands, as far as a promotion relies on it. */
export interface PackageNow {
  readonly approval: string;
  readonly status: string;
  readonly containers: readonly {
    readonly image?: string;
    /** `sha256:…`, which SageMaker resolved when the version was registered. */
    readonly imageDigest?: string;
    readonly model?: S3Uri;
    /** SHA-256 over name, size and ETag of what is at `model`; absent where nothing is. */
    readonly modelIdentity?: string;
  }[];
}

/** Instances of one kind that an endpoint configuration asks for. */
export interface ServingInstances {
  readonly type: string;
  readonly count: number;
}

/** What an endpoint serves, and what it is changing to. */
export interface ServedEndpoint {
  readonly name: string;
  /** EndpointStatus. `InService` alone says nothing about which configuration is served. */
  readonly status: string;
  readonly config: string;
  /** The configuration that a deployment under way leads to. */
  readonly pendingConfig?: string;
  /** Since when it serves this configuration, or when it last changed. */
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
  /** Since when it is in this state, in ms. */
  readonly since?: number;
  /** Absent for an alarm whose statistic or comparison Relight cannot read again. */
  readonly watches?: WatchedMetric;
}

export interface WatchedMetric extends MetricQuery {
  readonly ringsWhen: 'above' | 'below';
  readonly threshold: number;
}

/** The frozen request of a promotion: what is created, if anything, and the update. */
export interface PromotionRequest extends JsonObject {
  readonly endpoint: string;
  /** The configuration that must still be served when the update is sent: compare, and only then set. */
  readonly expects: string;
  readonly config: string;
}

export interface PromotionDraft {
  readonly request: PromotionRequest;
  /** The same fields as they stand now: the left side of the difference. */
  readonly source: JsonObject;
  /** True: the configuration that served this version before is still there, so nothing is created. */
  readonly reused: boolean;
}

/** Reads the registry and the endpoints. */
export interface Models {
  /** Throws `endpoint-not-found`. */
  readonly served: (endpoint: string) => Promise<ServedEndpoint>;
  /** The newest first, at most so many. */
  readonly versions: (group: string, most: number) => Promise<readonly ModelVersion[]>;
  readonly packageNow: (packageArn: string) => Promise<PackageNow>;
  /** What an endpoint configuration asks for; variants without instances of their own, such as serverless ones, are left out. */
  readonly instancesOf: (config: string) => Promise<readonly ServingInstances[]>;
  readonly alarmsOf: (endpoint: string) => Promise<readonly EndpointAlarm[]>;
  /** `mark`: 16 hexadecimal digits, part of every new name. `guards`: at most 10 alarms that roll the update back. */
  readonly draftPromotion: (
    endpoint: string,
    packageArn: string,
    mark: string,
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
  /** Repeatable. An approval that changes may start pipelines of others through EventBridge. */
  readonly reject: (packageArn: string, note: string, token: Token) => Promise<void>;
}
