import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { OpsError } from '../../errors.ts';
import type { DataRange, StoredObject } from '../../ports/datasets.ts';
import { callAws } from '../aws-errors.ts';
import { parseS3Uri } from './s3-uri.ts';

/** How many times in a row a stream may break without delivering a byte. */
const maxBreaks = 5;

/**
 * Streams the bytes of one version of an object. A broken stream resumes after the last received byte, since reading
 * many gigabytes takes longer than one connection lasts. The ETag pins the version across connections:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-reads.html
 */
export async function* streamObject(
  client: S3Client,
  object: StoredObject,
  range: DataRange = { start: 0, length: object.size },
): AsyncGenerator<Uint8Array> {
  const end = Math.min(range.start + range.length, object.size);
  let at = range.start;
  let breaks = 0;
  while (at < end) {
    const before = at;
    try {
      for await (const chunk of bytesOf(client, object, at, end)) {
        at += chunk.length;
        yield chunk;
      }
      const early = `GetObject ${object.uri}: the stream ended at byte ${at} instead of ${end}`;
      if (at < end) throw new OpsError('aws-unavailable', early);
    } catch (thrown) {
      breaks = at > before ? 1 : breaks + 1;
      const isBreak = thrown instanceof OpsError && thrown.code === 'aws-unavailable';
      if (!isBreak || breaks >= maxBreaks) throw thrown;
    }
  }
}

/** Reads over one connection. Errors in the response or in its stream are mapped to `OpsError`. */
async function* bytesOf(
  client: S3Client,
  object: StoredObject,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  const { bucket, key } = parseS3Uri(object.uri);
  const where = `GetObject ${object.uri}`;
  const input = { Bucket: bucket, Key: key, Range: `bytes=${start}-${end - 1}`, IfMatch: object.etag };
  const changed = (cause: unknown): never => {
    throw new OpsError('data-changed', object.key, { cause });
  };
  const { Body: body } = await callAws(where, () => client.send(new GetObjectCommand(input)), {
    PreconditionFailed: changed,
    NoSuchKey: changed,
    InvalidRange: changed,
  });
  if (body === undefined) return;
  // In Node the body is a Readable, which is async iterable. Its type also covers browsers.
  const chunks = (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await callAws(where, () => chunks.next());
      if (done === true) return;
      yield value;
    }
  } finally {
    // Closes the connection if the caller stops early. Otherwise S3 keeps sending.
    await chunks.return?.();
  }
}
