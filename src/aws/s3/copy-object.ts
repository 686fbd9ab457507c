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
 * CopyObject accepts up to 5 GiB but responds only after everything is copied. Parts keep each call short and run in
 * parallel. https://docs.aws.amazon.com/AmazonS3/latest/userguide/copy-object.html
 */
const maxSingleCopy = 1024 * mebibyte;
const minPartSize = 512 * mebibyte;
const maxParts = 10_000;
const maxParallelParts = 4;

/**
 * A checksum of the full object can be compared with that of the source. CopyObject keeps the source's checksum type.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
const fullObjectChecksum = { ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'FULL_OBJECT' } as const;

/** S3 responds only after the copy is complete. */
const copyTimeout = { requestTimeout: 120_000 };

/** Copies one file within S3 if it is still the listed version. */
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
  if (file.size > maxSingleCopy) await copyInParts(client, copy);
  else
    await callIfUnchanged(copy, 'CopyObject', () =>
      client.send(new CopyObjectCommand({ ...copy.target, ...copy.source }), copyTimeout),
    );
}

interface Copy {
  readonly target: { readonly Bucket: string; readonly Key: string };
  readonly source: { readonly CopySource: string; readonly CopySourceIfMatch: string };
  readonly file: StoredFile;
}

/** A failed copy leaves its parts behind, since Relight never deletes. The bucket's lifecycle rule removes them. */
async function copyInParts(client: S3Client, copy: Copy): Promise<void> {
  const { target, source, file } = copy;
  const { UploadId } = await callAws(`CreateMultipartUpload ${target.Key}`, () =>
    client.send(new CreateMultipartUploadCommand({ ...target, ...fullObjectChecksum })),
  );
  const parts = await inParallel(
    maxParallelParts,
    partsOf(file.size),
    async (part): Promise<CompletedPart> => {
      const { PartNumber, CopySourceRange } = part;
      const input = { ...target, ...source, UploadId, PartNumber, CopySourceRange };
      const answer = await callIfUnchanged(copy, 'UploadPartCopy', () =>
        client.send(new UploadPartCopyCommand(input), copyTimeout),
      );
      return { PartNumber, ETag: answer.CopyPartResult?.ETag };
    },
  );
  await callAws(`CompleteMultipartUpload ${target.Key}`, () =>
    client.send(
      new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts: [...parts] } }),
      copyTimeout,
    ),
  );
}

interface Part {
  readonly PartNumber: number;
  readonly CopySourceRange: string;
}

export function partsOf(size: number): readonly Part[] {
  const each = Math.max(minPartSize, Math.ceil(size / maxParts));
  return Array.from({ length: Math.ceil(size / each) }, (_, index) => {
    const last = Math.min((index + 1) * each, size) - 1;
    return { PartNumber: index + 1, CopySourceRange: `bytes=${index * each}-${last}` };
  });
}

async function callIfUnchanged<T>(
  { target, file }: Copy,
  operation: string,
  call: () => Promise<T>,
): Promise<T> {
  const changed = (cause: unknown): never => {
    throw new OpsError('checkpoint-changed', file.name, { cause });
  };
  return callAws(`${operation} ${target.Key}`, call, { PreconditionFailed: changed, NoSuchKey: changed });
}
