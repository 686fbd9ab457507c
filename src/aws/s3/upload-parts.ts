import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { OpsError } from '../../errors.ts';
import { callAws } from '../aws-errors.ts';

export interface UploadTarget {
  readonly Bucket: string;
  readonly Key: string;
}

/** Uploading a 64 MiB part takes a while. */
export const uploadTimeout: { readonly requestTimeout: number } = { requestTimeout: 120_000 };

/**
 * Returns false if the object already exists. A failed upload leaves its parts behind, since Relight never deletes. The
 * bucket's lifecycle rule removes them.
 */
export async function putInParts(
  client: S3Client,
  target: UploadTarget,
  first: readonly Uint8Array[],
  rest: AsyncIterable<Uint8Array>,
): Promise<boolean> {
  const { UploadId } = await callAws(`CreateMultipartUpload ${target.Key}`, () =>
    client.send(new CreateMultipartUploadCommand(target)),
  );
  const parts: CompletedPart[] = [];
  const send = async (body: Uint8Array): Promise<void> => {
    const PartNumber = parts.length + 1;
    const { ETag } = await callAws(`UploadPart ${target.Key}`, () =>
      client.send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body: body }), uploadTimeout),
    );
    parts.push({ PartNumber, ETag });
  };
  for (const body of first) await send(body);
  for await (const body of rest) await send(body);
  const input = { ...target, UploadId, MultipartUpload: { Parts: parts }, IfNoneMatch: '*' };
  const complete = new CompleteMultipartUploadCommand(input);
  return written('CompleteMultipartUpload', target, () => client.send(complete, uploadTimeout));
}

/** A conditional write: false if S3 refuses it because the object exists, also on a retry after a lost response. */
export async function written(
  operation: string,
  { Key }: UploadTarget,
  write: () => Promise<object>,
): Promise<boolean> {
  const answer = await callAws(`${operation} ${Key}`, write, {
    PreconditionFailed: () => undefined,
    NoSuchUpload: () => undefined,
    // A retry finds the object of the other writer.
    ConditionalRequestConflict: (cause) => {
      throw new OpsError('aws-unavailable', `${Key} was written by another process at the same time`, {
        cause,
      });
    },
  });
  return answer !== undefined;
}

const mebibyte = 1024 ** 2;

/**
 * S3 accepts at most 10,000 parts, and all except the last must have at least 5 MiB:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
 * The final size is not known in advance, so later parts are larger: 8 GiB in the first thousand, 570 GiB in total.
 */
function partSize(number: number): number {
  return number <= 1000 ? 8 * mebibyte : 64 * mebibyte;
}

/** Splits the bytes into parts for an upload. Yields nothing if there are no bytes. */
export async function* inParts(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let open: Uint8Array[] = [];
  let length = 0;
  let number = 1;
  for await (const chunk of chunks) {
    let rest = chunk;
    while (length + rest.length >= partSize(number)) {
      const room = partSize(number) - length;
      yield Buffer.concat([...open, rest.subarray(0, room)]);
      rest = rest.subarray(room);
      open = [];
      length = 0;
      number += 1;
    }
    open.push(rest);
    length += rest.length;
  }
  if (length > 0) yield Buffer.concat(open);
}
