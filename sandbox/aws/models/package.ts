import { sagemakerArn } from '../arn.ts';

export type Approval = 'Approved' | 'Rejected' | 'PendingManualApproval';

export interface LifeCycle {
  readonly Stage: string;
  readonly StageStatus: string;
  readonly StageDescription?: string | undefined;
}

export interface Container {
  readonly Image: string;
  readonly ModelDataUrl: string;
  readonly Environment: Readonly<Record<string, string>>;
}

/** One version in the registry. Times are epoch seconds. */
export class ModelPackage {
  readonly group: string;
  readonly version: number;
  readonly container: Container;
  readonly createdAt: number;
  /** What DescribeModelPackage says beside what can be changed, under its own names. */
  readonly more: Readonly<Record<string, unknown>>;
  modifiedAt: number;
  approval: Approval;
  approvalDescription: string | undefined;
  lifeCycle: LifeCycle | undefined;
  metadata: Readonly<Record<string, string>>;

  constructor(given: {
    readonly group: string;
    readonly version: number;
    readonly container: Container;
    readonly createdAt: number;
    readonly approval: Approval;
    readonly metadata: Readonly<Record<string, string>>;
    readonly more: Readonly<Record<string, unknown>>;
    readonly approvalDescription?: string;
    readonly lifeCycle?: LifeCycle;
  }) {
    this.group = given.group;
    this.version = given.version;
    this.container = given.container;
    this.createdAt = given.createdAt;
    this.modifiedAt = given.createdAt;
    this.approval = given.approval;
    this.approvalDescription = given.approvalDescription;
    this.lifeCycle = given.lifeCycle;
    this.metadata = given.metadata;
    this.more = given.more;
  }

  get name(): string {
    return `${this.group}/${this.version}`;
  }

  get arn(): string {
    return sagemakerArn('model-package', this.name);
  }

  /** Containers, metrics and metadata are not in the list: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ModelPackageSummary.html */
  summary(): Record<string, unknown> {
    return {
      ModelPackageGroupName: this.group,
      ModelPackageVersion: this.version,
      ModelPackageArn: this.arn,
      CreationTime: this.createdAt,
      ModelPackageStatus: 'Completed',
      ModelApprovalStatus: this.approval,
      ...(this.lifeCycle === undefined ? {} : { ModelLifeCycle: this.lifeCycle }),
    };
  }

  describe(): Record<string, unknown> {
    return {
      ...this.summary(),
      ModelPackageName: this.name,
      ModelPackageStatusDetails: { ValidationStatuses: [], ImageScanStatuses: [] },
      InferenceSpecification: {
        Containers: [this.container],
        SupportedContentTypes: ['application/json'],
        SupportedResponseMIMETypes: ['application/json'],
        SupportedRealtimeInferenceInstanceTypes: ['ml.g5.2xlarge', 'ml.g5.12xlarge'],
      },
      LastModifiedTime: this.modifiedAt,
      CustomerMetadataProperties: this.metadata,
      ...(this.approvalDescription === undefined ? {} : { ApprovalDescription: this.approvalDescription }),
      ...this.more,
    };
  }
}
