import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { DescribeModelPackageCommandOutput } from '@aws-sdk/client-sagemaker';
import type { ModelVersion } from '../playbooks/ports/models.ts';
import type { S3Uri } from '../playbooks/ports.ts';
import { callAws } from './errors.ts';
import { folderOf } from './s3-uri.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeModelPackage.html */
export async function modelVersion(
  s3: S3Client,
  described: DescribeModelPackageCommandOutput,
): Promise<ModelVersion> {
  const [container] = described.InferenceSpecification?.Containers ?? [];
  const artefact = s3Uri(container?.ModelDataUrl ?? container?.ModelDataSource?.S3DataSource?.S3Uri);
  const metadata = described.CustomerMetadataProperties ?? {};
  const job = jobOf(described.MetadataProperties?.GeneratedBy) ?? metadata['training_job'];
  return {
    arn: described.ModelPackageArn ?? '',
    group: described.ModelPackageGroupName ?? '',
    version: described.ModelPackageVersion ?? 0,
    approval: described.ModelApprovalStatus ?? '',
    status: described.ModelPackageStatus ?? '',
    createdAt: described.CreationTime?.getTime() ?? 0,
    evaluation: numbersIn(metadata),
    ...(job !== undefined && { job }),
    ...(artefact !== undefined && { artefact }),
    artefactExists: artefact !== undefined && (await exists(s3, artefact)),
  };
}

function s3Uri(text: string | undefined): S3Uri | undefined {
  return text?.startsWith('s3://') === true ? (text as S3Uri) : undefined;
}

function jobOf(arn: string | undefined): string | undefined {
  return /:training-job\/(.+)$/.exec(arn ?? '')?.[1];
}

function numbersIn(metadata: Readonly<Record<string, string>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(metadata).flatMap(([key, text]) => {
      const value = Number(text);
      return text.trim() !== '' && Number.isFinite(value) ? [[key, value]] : [];
    }),
  );
}

/** A folder of loose files has no object of its own name: then something below it must be there. */
async function exists(s3: S3Client, uri: S3Uri): Promise<boolean> {
  const { bucket, prefix } = folderOf(uri);
  const Key = prefix.replace(/\/$/, '');
  return callAws(`HeadObject ${uri}`, async () => {
    try {
      await s3.send(new HeadObjectCommand({ Bucket: bucket, Key }));
      return true;
    } catch (thrown) {
      if (thrown instanceof Error && (thrown.name === 'NotFound' || thrown.name === 'NoSuchKey'))
        return false;
      throw thrown;
    }
  });
}
