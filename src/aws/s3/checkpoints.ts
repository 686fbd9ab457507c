import {
  GetObjectCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { OpsError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { ByteRange, CheckpointCopies, S3Uri, StoredFile } from '../../ports/ports.ts';
import { callAws, unless } from '../aws-errors.ts';
import { decoded, listFiles, listFilesBeside, listFolders } from './list-objects.ts';
import { putEdit } from './put-edit.ts';
import { folderOf, type S3Folder } from './s3-uri.ts';
import { stageFolder } from './stage-folder.ts';

/** `writer`: the client for copies and writes, such as the one of a session for one change. */
export function createCheckpoints(client: S3Client, log: Log, writer: S3Client = client): CheckpointCopies {
  return {
    folders: (uri) => listFolders(client, folderOf(uri)),
    filesBeside: (uri) => listFilesBeside(client, folderOf(uri)),
    files: (folder) => listFiles(client, folderOf(folder)),
    uploadsInFlight: (folder) => uploadsInFlight(client, log, folder),
    read: (folder, file, range) => readRange(client, folder, file, range),
    place: async (folder, file, token) => {
      token.requireCheckpointFolder(folder);
      await token.confirmWrite();
      await putEdit({ client, writer }, folderOf(folder), file);
    },
    stage: async (from, to, token, copied) => {
      token.requireCheckpointFolder(to);
      const writes = { writer, beforeEach: async () => token.confirmWrite() };
      return stageFolder(client, folderOf(from), folderOf(to), copied, writes);
    },
  };
}

/** Without the permission, Relight still finds checkpoints and relies on their age to detect unfinished uploads. */
async function uploadsInFlight(client: S3Client, log: Log, folder: S3Uri): Promise<readonly string[]> {
  const listed = await unless(
    ['aws-denied', 'aws-refused'],
    () => listUploads(client, folderOf(folder)),
    (error) => log.warn({ folder, error: error.message }, 'cannot list uploads in progress'),
  );
  return listed ?? [];
}

async function listUploads(client: S3Client, { bucket, prefix }: S3Folder): Promise<readonly string[]> {
  const names = new Set<string>();
  let next: { readonly KeyMarker?: string; readonly UploadIdMarker?: string } | undefined = {};
  while (next !== undefined) {
    const input = { Bucket: bucket, Prefix: prefix, EncodingType: 'url' as const, ...next };
    const page: ListMultipartUploadsCommandOutput = await callAws(
      `ListMultipartUploads s3://${bucket}/${prefix}`,
      () => client.send(new ListMultipartUploadsCommand(input)),
    );
    for (const { Key = '' } of page.Uploads ?? []) names.add(decoded(page, Key).slice(prefix.length));
    const { NextKeyMarker: key, NextUploadIdMarker: upload } = page;
    const more = page.IsTruncated === true && key !== undefined && upload !== undefined;
    next = more ? { KeyMarker: decoded(page, key), UploadIdMarker: upload } : undefined;
  }
  return [...names];
}

/** The ETag pins the version across several reads: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-reads.html */
async function readRange(
  client: S3Client,
  folder: S3Uri,
  file: StoredFile,
  range: ByteRange,
): Promise<Uint8Array> {
  const { bucket, prefix } = folderOf(folder);
  const Range = rangeHeader(range);
  if (Range === undefined) return new Uint8Array();
  const input = { Bucket: bucket, Key: `${prefix}${file.name}`, Range, IfMatch: file.etag };
  const changed = (cause: unknown): never => {
    throw new OpsError('checkpoint-changed', file.name, { cause });
  };
  return callAws(
    `GetObject s3://${bucket}/${prefix}${file.name}`,
    async () => {
      const { Body: body } = await client.send(new GetObjectCommand(input));
      return (await body?.transformToByteArray()) ?? new Uint8Array();
    },
    // InvalidRange: the version is correct, and the range begins after the end of the file.
    { InvalidRange: () => new Uint8Array(), PreconditionFailed: changed, NoSuchKey: changed },
  );
}

/** Undefined for an empty range, which the header cannot express. */
function rangeHeader(range: ByteRange): string | undefined {
  if ('last' in range) return range.last > 0 ? `bytes=-${range.last}` : undefined;
  return range.length > 0 ? `bytes=${range.start}-${range.start + range.length - 1}` : undefined;
}
