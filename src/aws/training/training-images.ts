import { BatchGetImageCommand, type ECRClient, type ImageFailure } from '@aws-sdk/client-ecr';
import { OpsError } from '../../errors.ts';
import type { TrainingImages } from '../../ports/ports.ts';
import { callAws } from '../aws-errors.ts';

/** Also matches FIPS endpoints (`ecr-fips`), dual-stack ones (`dkr-ecr.REGION.on.aws`) and the domains of other partitions. */
const ecrImage =
  /^(?<registryId>\d{12})\.dkr[.-]ecr(?:-fips)?\.(?<region>[a-z0-9-]+)\.[a-z0-9.-]+\/(?<repositoryName>[^:@]+)(?::(?<imageTag>[^@]+))?(?:@(?<digest>.+))?$/;

/** All kinds of manifests, as a container runtime sends them: the tag of a multi-platform image points to a list. */
const acceptedMediaTypes = [
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
];

/**
 * BatchGetImage and not DescribeImages, because AWS lets other accounts pull its Deep Learning Containers, and no more:
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetImage.html
 */
export function createTrainingImages(clientIn: (region: string) => ECRClient): TrainingImages {
  return {
    digestOf: async (image) => {
      const { region, digest, ...tagged } = ecrImage.exec(image)?.groups ?? {};
      if (region === undefined) throw new OpsError('aws-refused', `${image} is not in Amazon ECR`);
      return digest ?? digestOfTag(clientIn(region), image, tagged);
    },
  };
}

async function digestOfTag(
  client: ECRClient,
  image: string,
  { registryId, repositoryName, imageTag = 'latest' }: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const imageIds = [{ imageTag }];
  const command = new BatchGetImageCommand({ registryId, repositoryName, imageIds, acceptedMediaTypes });
  const where = `BatchGetImage ${image}`;
  const { images, failures } = await callAws(where, () => client.send(command), {
    RepositoryNotFoundException: () => ({ images: [], failures: [] }),
  });
  requireNoOther(failures, where);
  return images?.[0]?.imageId?.imageDigest;
}

/** A missing image is an answer; any other failure, such as that of an upstream registry, is an error. */
function requireNoOther(failures: readonly ImageFailure[] = [], where: string): void {
  const other = failures.find(({ failureCode: code }) => code !== 'ImageNotFound');
  if (other === undefined) return;
  throw new OpsError('aws-refused', `${where}: ${other.failureCode}: ${other.failureReason ?? ''}`);
}
