import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { OpsError } from '../../errors.ts';
import type { StoredFile } from '../../ports/ports.ts';
import { callAws } from '../aws-errors.ts';
import { inParallel } from '../in-parallel.ts';
import { copySource, type S3Folder } from './s3-uri.ts';

const mebibyte = 1024 ** 2;

/**
 * CopyObject takes up to 5 GiB, but answers only when all of it is copied. Parts keep every call short and run
 * beside each other. https://docs.aws.amazon.com/AmazonS3/latest/userguide/copy-object.html
 */
const largestInOneCall = 1024 * mebibyte;
const smallestPart = 512 * mebibyte;
const mostParts = 10_000;
const partsAtOnce = 4;

/**
 * One checksum over the whole object, which can be compared with the source's; CopyObject takes over the kind that the
 * source has. https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
const checksumOfAll = { ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'FULL_OBJECT' } as const;

/** A copy is made inside S3, so its answer takes as long as the copy. */
const patience = { requestTimeout: 120_000 };

/** Copies one file inside S3, only if it is still the version that was listed. */
export async function copyFile(
  client: S3Client,
  from: S3Folder,
  to: S3Folder,
  file: StoredFile,
): Promise<void> {
  const copy: Copy = {
    target: { Bucket: to.bucket, Key: `${to.prefix}${file.name}` },
    source: { CopySource: copySource(from, file.name), CopySourceIfMatch: file.etag },
    file,
  };
  if (file.size > largestInOneCall) await copyInParts(client, copy);
  else
    await changedUnlessSame(copy, 'CopyObject', () =>
      client.send(new CopyObjectCommand({ ...copy.target, ...copy.source }), patience),
    );
}

interface Copy {
  readonly target: { readonly Bucket: string; readonly Key: string };
  readonly source: { readonly CopySource: string; readonly CopySourceIfMatch: string };
  readonly file: StoredFile;
}

/** A failed one leaves its parts behind, as Relight may delete nothing; the bucket's lifecycle clears them away. */
async function copyInParts(client: S3Client, copy: Copy): Promise<void> {
  const { target, source, file } = copy;
  const { UploadId } = await callAws(`CreateMultipartUpload ${target.Key}`, () =>
    client.send(new CreateMultipartUploadCommand({ ...target, ...checksumOfAll })),
  );
  const parts = await inParallel(partsAtOnce, partsOf(file.size), async (part): Promise<CompletedPart> => {
    const { PartNumber, CopySourceRange } = part;
    const input = { ...target, ...source, UploadId, PartNumber, CopySourceRange };
    const answer = await changedUnlessSame(copy, 'UploadPartCopy', () =>
      client.send(new UploadPartCopyCommand(input), patience),
    );
    return { PartNumber, ETag: answer.CopyPartResult?.ETag };
  });
  await callAws(`CompleteMultipartUpload ${target.Key}`, () =>
    client.send(
      new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts: [...parts] } }),
      patience,
    ),
  );
}

interface Part {
  readonly PartNumber: number;
  readonly CopySourceRange: string;
}

export function partsOf(size: number): readonly Part[] {
  const each = Math.max(smallestPart, Math.ceil(size / mostParts));
  return Array.from({ length: Math.ceil(size / each) }, (_, index) => {
    const last = Math.min((index + 1) * each, size) - 1;
    return { PartNumber: index + 1, CopySourceRange: `bytes=${index * each}-${last}` };
  });
}

async function changedUnlessSame<T>(
  { target, file }: Copy,
  operation: string,
  call: () => Promise<T>,
): Promise<T> {
  return callAws(`${operation} ${target.Key}`, async () => {
    try {
      return await call();
    } catch (thrown) {
      const gone = thrown instanceof Error && ['PreconditionFailed', 'NoSuchKey'].includes(thrown.name);
      throw gone ? new OpsError('checkpoint-changed', file.name, { cause: thrown }) : thrown;
    }
  });
}
