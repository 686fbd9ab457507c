import type { S3Client } from '@aws-sdk/client-s3';
import type { S3Uri } from '../../ports/basics.ts';
import type { Datasets, StoredObject } from '../../ports/datasets.ts';
import { findObject } from './find-object.ts';
import { listFiles } from './list-objects.ts';
import { parseS3Uri } from './s3-uri.ts';
import { streamObject } from './stream-object.ts';

export function createDatasets(client: S3Client): Datasets {
  return {
    objects: (uri) => objectsAt(client, uri),
    open: (object, range) => streamObject(client, object, range),
  };
}

async function objectsAt(client: S3Client, at: S3Uri): Promise<readonly StoredObject[]> {
  const { bucket, key: prefix } = parseS3Uri(at);
  const object = prefix === '' || prefix.endsWith('/') ? undefined : await findObject(client, at);
  if (object !== undefined) return [object];
  const files = await listFiles(client, { bucket, prefix });
  return files
    .map(({ name, size, etag }) => {
      const key = `${prefix}${name}`;
      const uri: S3Uri = `s3://${bucket}/${key}`;
      return { uri, key, size, etag };
    })
    .toSorted((one, other) => (one.key < other.key ? -1 : 1));
}
