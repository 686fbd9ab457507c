import { z } from 'zod';
import { sagemakerArn } from '../arn.ts';
import { AwsError } from '../responses.ts';

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

/** One version in the model registry. Times are epoch seconds. */
export class ModelPackage {
  readonly group: string;
  readonly version: number;
  readonly container: Container;
  readonly createdAt: number;
  /** Additional immutable fields of the DescribeModelPackage response. */
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

  /** The list omits containers, metrics and metadata: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ModelPackageSummary.html */
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

const maxProperties = 50;

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateModelPackage.html */
export const UpdateModelPackageInput = z.object({
  ModelPackageArn: z
    .string()
    .max(2048)
    .regex(/^arn:aws(-cn|-us-gov|-iso-f)?:sagemaker:[a-z0-9-]{9,16}:[0-9]{12}:model-package\/[\S]{1,2048}$/),
  ModelApprovalStatus: z.enum(['Approved', 'Rejected', 'PendingManualApproval']).optional(),
  ApprovalDescription: z.string().max(1024).optional(),
  CustomerMetadataProperties: z
    .record(z.string().min(1).max(128), z.string().min(1).max(256))
    .refine((map) => Object.keys(map).length <= maxProperties, {
      error: `Member must have length less than or equal to ${maxProperties}`,
    })
    .optional(),
  CustomerMetadataPropertiesToRemove: z.array(z.string()).default([]),
  ModelLifeCycle: z
    .object({
      Stage: z.string().min(1).max(63),
      StageStatus: z.string().min(1).max(63),
      StageDescription: z.string().max(1024).optional(),
    })
    .optional(),
  ClientToken: z
    .string()
    .min(1)
    .max(36)
    .regex(/^[a-zA-Z0-9-]+$/)
    .optional(),
});

type Update = Omit<z.infer<typeof UpdateModelPackageInput>, 'ClientToken'>;

/** Changes only the given fields, and merges the metadata properties. */
export function updatePackage(one: ModelPackage, update: Update): void {
  const kept = Object.entries(one.metadata).filter(
    ([name]) => !update.CustomerMetadataPropertiesToRemove.includes(name),
  );
  const metadata = { ...Object.fromEntries(kept), ...update.CustomerMetadataProperties };
  if (Object.keys(metadata).length > maxProperties)
    throw new AwsError(
      'ValidationException',
      `A model package can have at most ${maxProperties} customer metadata properties.`,
    );
  one.metadata = metadata;
  one.approval = update.ModelApprovalStatus ?? one.approval;
  one.approvalDescription = update.ApprovalDescription ?? one.approvalDescription;
  one.lifeCycle = update.ModelLifeCycle ?? one.lifeCycle;
  one.modifiedAt = Date.now() / 1000;
}
