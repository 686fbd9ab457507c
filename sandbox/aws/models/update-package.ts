import { z } from 'zod';
import { AwsError } from '../answers.ts';
import type { ModelPackage } from './package.ts';

const mostProperties = 50;

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
    .refine((map) => Object.keys(map).length <= mostProperties, {
      error: `Member must have length less than or equal to ${mostProperties}`,
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

/** Only what is named changes; properties are added to those that stand there. */
export function updatePackage(one: ModelPackage, update: Update): void {
  const kept = Object.entries(one.metadata).filter(
    ([name]) => !update.CustomerMetadataPropertiesToRemove.includes(name),
  );
  const metadata = { ...Object.fromEntries(kept), ...update.CustomerMetadataProperties };
  if (Object.keys(metadata).length > mostProperties)
    throw new AwsError(
      'ValidationException',
      `A model package can have at most ${mostProperties} customer metadata properties.`,
    );
  one.metadata = metadata;
  one.approval = update.ModelApprovalStatus ?? one.approval;
  one.approvalDescription = update.ApprovalDescription ?? one.approvalDescription;
  one.lifeCycle = update.ModelLifeCycle ?? one.lifeCycle;
  one.modifiedAt = Date.now() / 1000;
}
