import type { S3Client } from '@aws-sdk/client-s3';
import type { DescribeModelPackageCommandOutput } from '@aws-sdk/client-sagemaker';
import { z } from 'zod';
import type { ModelVersion } from '../../ports/models.ts';
import type { S3Uri } from '../../ports/ports.ts';
import { callAws } from '../aws-errors.ts';
import { findObject } from '../s3/find-object.ts';

const Container = z.object({
  ModelDataUrl: z.string().optional(),
  ModelDataSource: z.object({ S3DataSource: z.object({ S3Uri: z.string() }).optional() }).optional(),
});

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeModelPackage.html, as far as it is read */
const Described = z.object({
  ModelPackageArn: z.string(),
  ModelPackageGroupName: z.string(),
  ModelPackageVersion: z.number(),
  ModelApprovalStatus: z.string().default(''),
  ModelPackageStatus: z.string().default(''),
  CreationTime: z.date().transform((date) => date.getTime()),
  InferenceSpecification: z.object({ Containers: z.array(Container).default([]) }).optional(),
  MetadataProperties: z.object({ GeneratedBy: z.string().optional() }).default({}),
  CustomerMetadataProperties: z.record(z.string(), z.string()).default({}),
});

export async function modelVersion(
  s3: S3Client,
  described: DescribeModelPackageCommandOutput,
): Promise<ModelVersion> {
  const {
    CustomerMetadataProperties: metadata,
    MetadataProperties,
    ...one
  } = await callAws('DescribeModelPackage', async () => Described.parse(described));
  const artefact = artefactOf(one.InferenceSpecification?.Containers.at(0));
  const job = jobOf(MetadataProperties.GeneratedBy) ?? metadata['training_job'];
  return {
    arn: one.ModelPackageArn,
    group: one.ModelPackageGroupName,
    version: one.ModelPackageVersion,
    approval: one.ModelApprovalStatus,
    status: one.ModelPackageStatus,
    createdAt: one.CreationTime,
    evaluation: numbersIn(metadata),
    ...(job !== undefined && { job }),
    ...(artefact !== undefined && { artefact }),
    artefactExists: artefact !== undefined && (await findObject(s3, artefact)) !== undefined,
  };
}

function artefactOf(container: z.infer<typeof Container> | undefined): S3Uri | undefined {
  return s3Uri(container?.ModelDataUrl ?? container?.ModelDataSource?.S3DataSource?.S3Uri);
}

function s3Uri(text: string | undefined): S3Uri | undefined {
  return text?.startsWith('s3://') === true ? (text as S3Uri) : undefined;
}

function jobOf(arn: string | undefined): string | undefined {
  return /^[^/\n]*:training-job\/(.+)$/.exec(arn ?? '')?.[1];
}

function numbersIn(metadata: Readonly<Record<string, string>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(metadata).flatMap(([key, text]) => {
      const value = Number(text);
      return text.trim() !== '' && Number.isFinite(value) ? [[key, value]] : [];
    }),
  );
}
