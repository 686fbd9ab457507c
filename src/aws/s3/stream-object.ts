import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { OpsError } from '../../errors.ts';
import type { DataRange, StoredObject } from '../../ports/datasets.ts';
import { callAws } from '../aws-errors.ts';
import { placeOf } from './s3-uri.ts';

/** So often in a row a stream may break without a single byte in between. */
const mostBreaks = 5;

/**
 * The bytes of one version of an object. A stream that breaks goes on behind the last byte that came: an object of
 * many gigabytes outlives more than one connection. The etag pins the version over all of them:
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
      if (at < end) throw endedEarly(object, at, end);
    } catch (thrown) {
      breaks = at > before ? 1 : breaks + 1;
      if (!isBreak(thrown) || breaks >= mostBreaks) throw thrown;
    }
  }
}

function isBreak(thrown: unknown): boolean {
  return thrown instanceof OpsError && thrown.code === 'aws-unavailable';
}

function endedEarly({ uri }: StoredObject, at: number, end: number): OpsError {
  return new OpsError(
    'aws-unavailable',
    `GetObject ${uri}: the stream ended at byte ${at} instead of ${end}`,
  );
}

/** One connection. Whatever goes wrong, in the answer or in the stream behind it, has the code of its cause. */
async function* bytesOf(
  client: S3Client,
  object: StoredObject,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  const { bucket, key } = placeOf(object.uri);
  const where = `GetObject ${object.uri}`;
  const input = { Bucket: bucket, Key: key, Range: `bytes=${start}-${end - 1}`, IfMatch: object.etag };
  const body = await callAws(where, async () => (await ask(client, input, object.key)) ?? nothing());
  const chunks = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await callAws(where, () => chunks.next());
      if (done === true) return;
      yield value;
    }
  } finally {
    // Who stops early closes the connection, or S3 goes on sending.
    await chunks.return?.();
  }
}

async function ask(
  client: S3Client,
  input: ConstructorParameters<typeof GetObjectCommand>[0],
  key: string,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  try {
    const { Body: body } = await client.send(new GetObjectCommand(input));
    // In Node the SDK gives a Readable, which is one: its type covers browsers as well.
    return body as AsyncIterable<Uint8Array> | undefined;
  } catch (thrown) {
    const { name } = thrown instanceof Error ? thrown : { name: '' };
    const changed = name === 'PreconditionFailed' || name === 'NoSuchKey' || name === 'InvalidRange';
    throw changed ? new OpsError('data-changed', key, { cause: thrown }) : thrown;
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // An answer without a body has no bytes.
}
