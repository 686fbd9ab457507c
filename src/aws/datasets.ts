import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { S3Uri } from '../playbooks/ports/basics.ts';
import type { Datasets, StoredObject } from '../playbooks/ports/datasets.ts';
import { callAws } from './errors.ts';
import { listFiles } from './list-objects.ts';
import { placeOf, type S3Place } from './s3-place.ts';
import { streamObject } from './stream-object.ts';

export function createDatasets(client: S3Client): Datasets {
  return {
    objects: (uri) => objectsAt(client, placeOf(uri)),
    open: (object, range) => streamObject(client, object, range),
  };
}

async function objectsAt(client: S3Client, place: S3Place): Promise<readonly StoredObject[]> {
  const { bucket, key: prefix } = place;
  const exact = prefix === '' || prefix.endsWith('/') ? undefined : await exactly(client, place);
  if (exact !== undefined) return [exact];
  const files = await listFiles(client, { bucket, prefix });
  return files
    .map(({ name, size, etag }) => {
      const key = `${prefix}${name}`;
      const uri: S3Uri = `s3://${bucket}/${key}`;
      return { uri, key, size, etag };
    })
    .toSorted((one, other) => (one.key < other.key ? -1 : 1));
}

/** Undefined where there is no object of this very name. */
async function exactly(client: S3Client, { bucket, key }: S3Place): Promise<StoredObject | undefined> {
  return callAws(`HeadObject s3://${bucket}/${key}`, async () => {
    try {
      const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
      const { ContentLength: size = 0, ETag: etag = '' } = head;
      return { uri: `s3://${bucket}/${key}`, key, size, etag };
    } catch (thrown) {
      // The body of a HEAD cannot say NoSuchKey.
      if (thrown instanceof Error && thrown.name === 'NotFound') return undefined;
      throw thrown;
    }
  });
}
