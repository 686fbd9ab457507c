import type { JsonObject, S3Uri } from './basics.ts';
import type { PackageBasis } from './basis.ts';
import type { MetricQuery } from './metrics.ts';
import type { Token } from './token.ts';

/**
 * One version of a model package group. Times are milliseconds since the epoch.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeModelPackage.html
 */
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

/** The present states and containers of a version, which a promotion relies on. */
export interface PackageNow extends Pick<PackageBasis, 'approval' | 'status'> {
  readonly containers: readonly PackageBasis['containers'][number][];
}

/** Instances of one type in an endpoint configuration. */
export interface ServingInstances {
  readonly type: string;
  readonly count: number;
}

/**
 * The configuration that an endpoint serves, and the one it is changing to. Times are milliseconds since the epoch.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html
 */
export interface ServedEndpoint {
  readonly name: string;
  /** EndpointStatus. `InService` alone says nothing about which configuration is served. */
  readonly status: string;
  readonly config: string;
  /** The target configuration of a deployment in progress. */
  readonly pendingConfig?: string;
  /** Since when it has served this configuration, or when it last changed. */
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
  /** `OK`, `ALARM` or `INSUFFICIENT_DATA`. */
  readonly state: string;
  /** When it entered this state, in milliseconds since the epoch. */
  readonly since?: number;
  /** Absent if Relight does not support the alarm's statistic or comparison. */
  readonly watches?: WatchedMetric;
}

/** The metric of an alarm and the values at which it goes off. */
export interface WatchedMetric extends MetricQuery {
  readonly ringsWhen: 'above' | 'below';
  readonly threshold: number;
}

/** The frozen request of a promotion: the resources to create, if any, and the update. */
export interface PromotionRequest extends JsonObject {
  readonly endpoint: string;
  /** The configuration that the endpoint must still serve when the update is sent (compare-and-set). */
  readonly expects: string;
  /** The configuration that it serves afterward. */
  readonly config: string;
}

/** The approval status of a version in the registry, and the note that was left with it. */
export interface Registration {
  /** ModelApprovalStatus. */
  readonly approval: string;
  /** ApprovalDescription. */
  readonly note?: string;
}

/** The frozen request of a rejection: the input of UpdateModelPackage, and what the registry must still say before it. */
export interface RejectionRequest extends JsonObject {
  readonly ModelPackageArn: string;
  readonly ApprovalDescription: string;
  /** The ModelApprovalStatus that people saw. */
  readonly expects: string;
}

/** A request to promote a version, with what approvers compare it with. */
export interface PromotionDraft {
  readonly request: PromotionRequest;
  /** The present values of the same fields: the left side of the difference. */
  readonly source: JsonObject;
  /** True if the configuration that served this version before still exists, so nothing is created. */
  readonly reused: boolean;
}

/**
 * Reads the model registry and the endpoints.
 *
 * @example const { config, variants } = await models.served('reward-endpoint')
 */
export interface Models {
  /** Throws `endpoint-not-found`. */
  readonly served: (endpoint: string) => Promise<ServedEndpoint>;
  /** At most `max` versions of the group, newest first. */
  readonly versions: (group: string, max: number) => Promise<readonly ModelVersion[]>;
  /** The state of a version right now, to compare with the frozen one. */
  readonly packageNow: (packageArn: string) => Promise<PackageNow>;
  /** What the registry says of the version right now, without a look at its files. */
  readonly registration: (packageArn: string) => Promise<Registration>;
  /** The instances of an endpoint configuration, without serverless variants and others that have none. */
  readonly instancesOf: (config: string) => Promise<readonly ServingInstances[]>;
  /** The alarms on the endpoint's own metrics: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
  readonly alarmsOf: (endpoint: string) => Promise<readonly EndpointAlarm[]>;
  /**
   * The request to serve this version, with the instances of the present configuration. `attemptId`: 16 hexadecimal
   * digits, part of every new name. `guards`: at most 10 alarms that roll the update back. Throws `endpoint-moved` if the
   * endpoint serves no model.
   * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AutoRollbackConfig.html
   */
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
   * Sends the update at most once per token. `adopted` is true if an earlier run of this attempt sent it. Throws
   * `not-approved` if the request is not the token's, `endpoint-moved` if the endpoint has changed since people approved,
   * `promotion-rolled-back` if SageMaker rolled back the update that was sent, `outcome-unknown` while it cannot be told
   * what became of it, and `job-foreign` if a resource with other content has the name.
   * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateEndpoint.html
   */
  readonly promote: (request: PromotionRequest, token: Token) => Promise<{ readonly adopted: boolean }>;
  /**
   * Rejects a version in the registry. Repeatable. A changed approval status may start users' pipelines through
   * EventBridge. Throws `not-approved` if the rejection is not the token's request, and `basis-changed` if the registry
   * no longer says what people saw.
   * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateModelPackage.html
   */
  readonly reject: (request: RejectionRequest, token: Token) => Promise<void>;
}
