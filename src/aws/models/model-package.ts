import type { S3Client } from '@aws-sdk/client-s3';
import {
  DescribeModelPackageCommand,
  type DescribeModelPackageCommandOutput,
  type ModelPackageContainerDefinition,
} from '@aws-sdk/client-sagemaker';
import { z } from 'zod';
import { identityOf } from '../../ports/basis.ts';
import type { ModelVersion, PackageNow, Registration } from '../../ports/models.ts';
import type { S3Uri } from '../../ports/ports.ts';
import type { RegisteredModel } from '../../readiness/account.ts';
import { callAws, unless } from '../aws-errors.ts';
import { inParallel } from '../in-parallel.ts';
import { findObject } from '../s3/find-object.ts';
import { listFiles } from '../s3/list-objects.ts';
import { folderOf } from '../s3/s3-uri.ts';
import type { Reads } from './serving-parts.ts';

const Container = z.object({
  ModelDataUrl: z.string().optional(),
  ModelDataSource: z.object({ S3DataSource: z.object({ S3Uri: z.string() }).optional() }).optional(),
});

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeModelPackage.html: the fields that Relight reads. */
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

async function describePackage(reads: Reads, arn: string): Promise<DescribeModelPackageCommandOutput> {
  return callAws(`DescribeModelPackage ${arn}`, () =>
    reads.send(new DescribeModelPackageCommand({ ModelPackageName: arn })),
  );
}

export async function registration(reads: Reads, arn: string): Promise<Registration> {
  const { ModelApprovalStatus: approval = '', ApprovalDescription: note } = await describePackage(reads, arn);
  return { approval, ...(note !== undefined && { note }) };
}

export async function modelVersion(reads: Reads, s3: S3Client, arn: string): Promise<ModelVersion> {
  const described = await describePackage(reads, arn);
  const {
    CustomerMetadataProperties: metadata,
    MetadataProperties,
    ...one
  } = await callAws('DescribeModelPackage', async () => Described.parse(described));
  const artifact = artifactOf(one.InferenceSpecification?.Containers.at(0));
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
    ...(artifact !== undefined && { artefact: artifact }),
    artefactExists: artifact !== undefined && (await exists(s3, artifact)),
  };
}

/** Where the model of a version comes from. */
export async function registeredModel(reads: Reads, arn: string): Promise<RegisteredModel> {
  const {
    InferenceSpecification: inference,
    MetadataProperties: { GeneratedBy: generator } = {},
    CustomerMetadataProperties: metadata,
  } = await describePackage(reads, arn);
  const job = jobOf(generator) ?? metadata?.['training_job'];
  const artifacts = (inference?.Containers ?? []).flatMap(
    ({ ModelDataUrl, ModelDataSource }) => ModelDataUrl ?? ModelDataSource?.S3DataSource?.S3Uri ?? [],
  );
  return { artifacts, ...(job !== undefined && { job }) };
}

/** A version whose files are named where no model may be is like one without files, and does not hide the others. */
async function exists(s3: S3Client, artifact: S3Uri): Promise<boolean> {
  const object = await unless(['own-records', 's3-not-allowed'], async () => findObject(s3, artifact));
  return object !== undefined;
}

function artifactOf(container: z.infer<typeof Container> | undefined): S3Uri | undefined {
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

const maxParallel = 4;

export async function packageNow(reads: Reads, s3: S3Client, arn: string): Promise<PackageNow> {
  const described = await describePackage(reads, arn);
  const containers = described.InferenceSpecification?.Containers ?? [];
  return {
    approval: described.ModelApprovalStatus ?? '',
    status: described.ModelPackageStatus ?? '',
    containers: await inParallel(maxParallel, containers, (container) => containerNow(s3, container)),
  };
}

async function containerNow(
  s3: S3Client,
  { Image, ImageDigest, ModelDataUrl, ModelDataSource }: ModelPackageContainerDefinition,
): Promise<PackageNow['containers'][number]> {
  const model = s3Uri(ModelDataUrl ?? ModelDataSource?.S3DataSource?.S3Uri);
  const modelIdentity = model && (await identityAt(s3, model));
  return {
    ...(Image !== undefined && { image: Image }),
    ...(ImageDigest !== undefined && { imageDigest: ImageDigest }),
    ...(model !== undefined && { model }),
    ...(modelIdentity !== undefined && { modelIdentity }),
  };
}

/** A model is one archive or, if uncompressed, everything under a prefix. Undefined when nothing is there. */
async function identityAt(s3: S3Client, uri: S3Uri): Promise<string | undefined> {
  const object = uri.endsWith('/') ? undefined : await findObject(s3, uri);
  if (object !== undefined) return identityOf([{ name: '', size: object.size, etag: object.etag }]);
  const files = await listFiles(s3, folderOf(uri.endsWith('/') ? uri : `${uri}/`));
  return files.length === 0 ? undefined : identityOf(files);
}
