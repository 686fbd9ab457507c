import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Operations, reads } from './operation.ts';
import { AwsError } from './responses.ts';
import { validated } from './validated.ts';

const BatchGetImageInput = z.object({
  registryId: z.string().regex(/^[0-9]{12}$/),
  repositoryName: z.string().min(2).max(256),
  imageIds: z
    .array(z.object({ imageTag: z.string().min(1).max(300) }))
    .min(1)
    .max(100),
  acceptedMediaTypes: z.array(z.string()).min(1).max(100).optional(),
});

/** The body of `POST /_sandbox/image`: moves a tag, or removes it. */
export const ImageRequest = z.object({
  repository: z.string(),
  tag: z.string().default('latest'),
  /** What the tag points to from now on; null for nothing. */
  content: z.string().nullable(),
});

/** Amazon ECR. Every repository has every tag until a test removes it. */
export class Images {
  private readonly moved = new Map<string, string | null>();

  move({ repository, tag, content }: z.infer<typeof ImageRequest>): void {
    this.moved.set(`${repository}:${tag}`, content);
  }

  operations(): Operations {
    return { BatchGetImage: reads((input) => this.get(validated(BatchGetImageInput, input))) };
  }

  /** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetImage.html */
  private get({ registryId, repositoryName, imageIds }: z.infer<typeof BatchGetImageInput>): unknown {
    if (this.moved.get(`${repositoryName}:*`) === null)
      throw new AwsError(
        'RepositoryNotFoundException',
        `The repository with name '${repositoryName}' does not exist in the registry with id '${registryId}'`,
      );
    const found = imageIds.map((imageId) => ({
      imageId,
      digest: this.digestOf(repositoryName, imageId.imageTag),
    }));
    return {
      images: found.flatMap(({ imageId, digest: imageDigest }) =>
        imageDigest === undefined
          ? []
          : [{ registryId, repositoryName, imageId: { ...imageId, imageDigest }, imageManifest: '{}' }],
      ),
      failures: found.flatMap(({ imageId, digest }) =>
        digest === undefined
          ? [{ imageId, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' }]
          : [],
      ),
    };
  }

  private digestOf(repository: string, tag: string): string | undefined {
    const name = `${repository}:${tag}`;
    const content = this.moved.get(name) ?? (this.moved.has(name) ? undefined : name);
    return content === undefined ? undefined : `sha256:${createHash('sha256').update(content).digest('hex')}`;
  }
}
