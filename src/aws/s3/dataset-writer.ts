import { createHash, type Hash } from 'node:crypto';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { OpsError } from '../../errors.ts';
import type { FixedData, WrittenObject } from '../../ports/datasets.ts';
import type { S3Uri } from '../../ports/ports.ts';
import { findObject } from './find-object.ts';
import { parseS3Uri } from './s3-uri.ts';
import { streamObject } from './stream-object.ts';
import { inParts, putInParts, type UploadTarget, uploadTimeout, written } from './upload-parts.ts';

/** Single and multipart uploads both send `If-None-Match: *`: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
export function createFixedData(client: S3Client, writer: S3Client = client): FixedData {
  return { put: (uri, chunks) => put({ client, writer }, uri, chunks) };
}

interface Clients {
  readonly client: S3Client;
  readonly writer: S3Client;
}

interface Progress {
  readonly hash: Hash;
  size: number;
}

async function put(
  { client, writer }: Clients,
  uri: S3Uri,
  chunks: AsyncIterable<Uint8Array>,
): Promise<WrittenObject> {
  const progress: Progress = { hash: createHash('sha256'), size: 0 };
  const bytes = counted(chunks, progress);
  // Checking first avoids uploading again what an earlier run of the same attempt wrote.
  const existed = (await findObject(client, uri)) !== undefined;
  const isNew = !existed && (await write(writer, uri, bytes));
  for await (const _ of bytes); // Unsent bytes still count for the comparison.
  const own = { size: progress.size, sha256: progress.hash.digest('hex') };
  if (!isNew) await requireSame(client, uri, own);
  return own;
}

async function* counted(chunks: AsyncIterable<Uint8Array>, progress: Progress): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    progress.hash.update(chunk);
    progress.size += chunk.length;
    yield chunk;
  }
}

/** Returns false if the object already exists. */
async function write(client: S3Client, uri: S3Uri, bytes: AsyncIterable<Uint8Array>): Promise<boolean> {
  const { bucket, key } = parseS3Uri(uri);
  const target: UploadTarget = { Bucket: bucket, Key: key };
  const parts = inParts(bytes);
  const first = await parts.next();
  const second = await parts.next();
  if (second.done !== true && first.done !== true)
    return putInParts(client, target, [first.value, second.value], parts);
  const put = new PutObjectCommand({ ...target, Body: first.value ?? new Uint8Array(), IfNoneMatch: '*' });
  return written('PutObject', target, () => client.send(put, uploadTimeout));
}

async function requireSame(client: S3Client, uri: S3Uri, own: WrittenObject): Promise<void> {
  const found = await findObject(client, uri);
  if (found === undefined)
    throw new OpsError('aws-unavailable', `it is not known yet whether ${uri} was written`);
  const hash = createHash('sha256');
  if (found.size === own.size) for await (const chunk of streamObject(client, found)) hash.update(chunk);
  if (found.size !== own.size || hash.digest('hex') !== own.sha256) throw new OpsError('fix-taken', uri);
}
