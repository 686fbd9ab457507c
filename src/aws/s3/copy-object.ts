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
import { findObject } from './find-object.ts';
import { copySource, type S3Folder } from './s3-uri.ts';
import { written } from './upload-parts.ts';

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

/** Who writes, if not the client that reads, and what runs before each call that writes, and may throw. */
export interface Writes {
  readonly writer?: S3Client;
  readonly beforeEach?: () => Promise<void>;
}

/**
 * Copies one file within S3 if it is still the listed version, and replaces nothing: a file that is there already stays, and
 * the caller compares it with the source.
 */
export async function copyFile(
  client: S3Client,
  from: S3Folder,
  to: S3Folder,
  file: StoredFile,
  { writer = client, beforeEach = async () => undefined }: Writes = {},
): Promise<void> {
  const copy: Copy = {
    target: { Bucket: to.bucket, Key: `${to.prefix}${file.name}` },
    source: { CopySource: copySource(from, file.name), CopySourceIfMatch: file.etag },
    file,
    writer,
    beforeEach,
  };
  if (file.size > maxSingleCopy) return copyInParts(client, copy);
  await beforeEach();
  await callIfUnchanged(client, copy, 'CopyObject', async () => {
    await writer.send(new CopyObjectCommand({ ...copy.target, ...copy.source, ...onlyNew }), copyTimeout);
  });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
const onlyNew = { IfNoneMatch: '*' } as const;

interface Copy {
  readonly target: { readonly Bucket: string; readonly Key: string };
  readonly source: { readonly CopySource: string; readonly CopySourceIfMatch: string };
  readonly file: StoredFile;
  readonly writer: S3Client;
  readonly beforeEach: () => Promise<void>;
}

/** A failed copy leaves its parts behind, since Relight never deletes. The bucket's lifecycle rule removes them. */
async function copyInParts(client: S3Client, copy: Copy): Promise<void> {
  const { target, source, file, writer, beforeEach } = copy;
  await beforeEach();
  const { UploadId } = await callAws(`CreateMultipartUpload ${target.Key}`, () =>
    writer.send(new CreateMultipartUploadCommand({ ...target, ...fullObjectChecksum })),
  );
  const parts = await inParallel(
    maxParallelParts,
    partsOf(file.size),
    async (part): Promise<CompletedPart> => {
      const { PartNumber, CopySourceRange } = part;
      const input = { ...target, ...source, UploadId, PartNumber, CopySourceRange };
      await beforeEach();
      const answer = await callIfUnchanged(client, copy, 'UploadPartCopy', () =>
        writer.send(new UploadPartCopyCommand(input), copyTimeout),
      );
      return { PartNumber, ETag: answer?.CopyPartResult?.ETag };
    },
  );
  await beforeEach();
  const input = { ...target, UploadId, MultipartUpload: { Parts: [...parts] }, ...onlyNew };
  await written('CompleteMultipartUpload', target, () =>
    writer.send(new CompleteMultipartUploadCommand(input), copyTimeout),
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

/** Undefined if the target exists already. S3 answers 412 both for that and for a source that has changed. */
async function callIfUnchanged<T>(
  client: S3Client,
  { target, file }: Copy,
  operation: string,
  call: () => Promise<T>,
): Promise<T | undefined> {
  const changed = (cause: unknown): never => {
    throw new OpsError('checkpoint-changed', file.name, { cause });
  };
  const answer = await callAws<T, unknown[]>(`${operation} ${target.Key}`, call, {
    PreconditionFailed: (cause) => [cause],
    NoSuchKey: changed,
    ConditionalRequestConflict: (cause) => {
      throw new OpsError('aws-unavailable', `${target.Key} is written by another process`, { cause });
    },
  });
  if (!Array.isArray(answer)) return answer;
  const standing = await findObject(client, `s3://${target.Bucket}/${target.Key}`);
  return standing === undefined ? changed(answer[0]) : undefined;
}
