import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { HasRegion } from './aws-ledger.ts';

const Bucket = 'srl-rlvr-audit';

/** The lines of a journal in the vault, read as any S3 client reads them. */
export async function archivedLines({ region }: HasRegion, journal: string): Promise<readonly string[]> {
  const s3 = new S3Client({
    endpoint: region.url,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket, Prefix: `journals/${journal}/` }),
  );
  const texts = await Promise.all(
    Contents.map(async ({ Key }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return (await Body?.transformToString()) ?? '';
    }),
  );
  s3.destroy();
  return texts.flatMap((text) => text.split('\n').slice(0, -1));
}
