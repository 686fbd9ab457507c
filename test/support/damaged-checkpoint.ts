import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { World } from './world.ts';

const Bucket = 'srl-rlvr-training';

/** Truncates the weights of the checkpoint of this step, as a trainer that died would leave them. */
export async function truncateCheckpoint(world: World, step: number): Promise<void> {
  await withS3(world, async (s3) => {
    const weights = await weightsOf(s3, step);
    if (weights.length === 0) throw new Error(`checkpoint-${step} has no weights`);
    for (const Key of weights) await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'cut' }));
  });
}

/** Whether the weights of the checkpoint of this step exist. */
export async function hasCheckpoint(world: World, step: number): Promise<boolean> {
  return withS3(world, async (s3) => (await weightsOf(s3, step)).length > 0);
}

async function weightsOf(s3: S3Client, step: number): Promise<string[]> {
  const { Contents: objects = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket, Prefix: 'checkpoints' }),
  );
  return objects.flatMap(({ Key = '' }) =>
    Key.endsWith(`/checkpoint-${step}/model.safetensors`) ? [Key] : [],
  );
}

async function withS3<T>(world: World, use: (s3: S3Client) => Promise<T>): Promise<T> {
  const s3 = new S3Client({
    region: 'us-east-1',
    endpoint: world.region.url,
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  try {
    return await use(s3);
  } finally {
    s3.destroy();
  }
}
