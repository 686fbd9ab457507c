import type { S3Client } from '@aws-sdk/client-s3';
import {
  DescribeEndpointConfigCommand,
  DescribeModelPackageCommand,
  type ModelPackageContainerDefinition,
} from '@aws-sdk/client-sagemaker';
import { identityOf } from '../../ports/basis.ts';
import type { PackageNow, ServingInstances } from '../../ports/models.ts';
import type { S3Uri } from '../../ports/ports.ts';
import { callAws } from '../aws-errors.ts';
import type { SageMakerClients } from '../clients.ts';
import { inParallel } from '../in-parallel.ts';
import { findObject } from '../s3/find-object.ts';
import { listFiles } from '../s3/list-objects.ts';
import { folderOf } from '../s3/s3-uri.ts';

type Reads = SageMakerClients['reads'];

const atOnce = 4;

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeModelPackage.html */
export async function packageNow(reads: Reads, s3: S3Client, arn: string): Promise<PackageNow> {
  const described = await callAws(`DescribeModelPackage ${arn}`, () =>
    reads.send(new DescribeModelPackageCommand({ ModelPackageName: arn })),
  );
  const containers = described.InferenceSpecification?.Containers ?? [];
  return {
    approval: described.ModelApprovalStatus ?? '',
    status: described.ModelPackageStatus ?? '',
    containers: await inParallel(atOnce, containers, (container) => containerNow(s3, container)),
  };
}

async function containerNow(
  s3: S3Client,
  { Image, ImageDigest, ModelDataUrl, ModelDataSource }: ModelPackageContainerDefinition,
): Promise<PackageNow['containers'][number]> {
  const model = asS3Uri(ModelDataUrl ?? ModelDataSource?.S3DataSource?.S3Uri);
  const modelIdentity = model && (await identityAt(s3, model));
  return {
    ...(Image !== undefined && { image: Image }),
    ...(ImageDigest !== undefined && { imageDigest: ImageDigest }),
    ...(model !== undefined && { model }),
    ...(modelIdentity !== undefined && { modelIdentity }),
  };
}

/** A model is one archive or, uncompressed, everything below a prefix; undefined where nothing is there. */
async function identityAt(s3: S3Client, uri: S3Uri): Promise<string | undefined> {
  const object = uri.endsWith('/') ? undefined : await findObject(s3, uri);
  if (object !== undefined) return identityOf([{ name: '', size: object.size, etag: object.etag }]);
  const files = await listFiles(s3, folderOf(uri.endsWith('/') ? uri : `${uri}/`));
  return files.length === 0 ? undefined : identityOf(files);
}

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariant.html */
export async function instancesOf(reads: Reads, config: string): Promise<readonly ServingInstances[]> {
  const { ProductionVariants: variants = [], ShadowProductionVariants: shadows = [] } = await callAws(
    `DescribeEndpointConfig ${config}`,
    () => reads.send(new DescribeEndpointConfigCommand({ EndpointConfigName: config })),
  );
  return [...variants, ...shadows].flatMap(({ InstanceType: type, InitialInstanceCount: count = 1 }) =>
    type === undefined ? [] : [{ type, count }],
  );
}

function asS3Uri(text: string | undefined): S3Uri | undefined {
  return text?.startsWith('s3://') === true ? (text as S3Uri) : undefined;
}
