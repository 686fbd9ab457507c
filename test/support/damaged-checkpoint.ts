import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { World } from './world.ts';

const Bucket = 'srl-rlvr-training';

/** Overwrites the weights of the checkpoint of this step with the beginning of a file, as a trainer that died leaves it. */
export async function cutCheckpoint(world: World, step: number): Promise<void> {
  const s3 = new S3Client({
    region: 'us-east-1',
    endpoint: world.region.url,
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  try {
    const { Contents: objects = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket, Prefix: 'checkpoints' }),
    );
    const weights = objects.filter(({ Key = '' }) => Key.endsWith(`/checkpoint-${step}/model.safetensors`));
    if (weights.length === 0) throw new Error(`there are no weights of checkpoint-${step}`);
    for (const { Key } of weights) await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'cut' }));
  } finally {
    s3.destroy();
  }
}
