import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { StoredObject } from '../../ports/datasets.ts';
import type { S3Uri } from '../../ports/ports.ts';
import { callAws } from '../aws-errors.ts';
import { parseS3Uri } from './s3-uri.ts';

/** Undefined if no object has exactly this key. */
export async function findObject(client: S3Client, uri: S3Uri): Promise<StoredObject | undefined> {
  const { bucket, key } = parseS3Uri(uri);
  const command = new HeadObjectCommand({ Bucket: bucket, Key: key });
  // HEAD responses have no body, so the error is NotFound instead of NoSuchKey.
  const head = await callAws(`HeadObject ${uri}`, () => client.send(command), { NotFound: () => undefined });
  return head && { uri, key, size: head.ContentLength ?? 0, etag: head.ETag ?? '' };
}
