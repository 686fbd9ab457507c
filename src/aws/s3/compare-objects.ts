import { HeadObjectCommand, type HeadObjectCommandOutput, type S3Client } from '@aws-sdk/client-s3';
import type { StoredFile } from '../../ports/ports.ts';
import { callAws } from '../aws-errors.ts';
import type { S3Folder } from './s3-uri.ts';

/** The evidence that a copy equals its source, strongest first, or `different`. */
export type Comparison = 'checksum' | 'etag' | 'size' | 'different';

export interface CopyPair {
  readonly client: S3Client;
  readonly from: S3Folder;
  readonly to: S3Folder;
}

/** Compares S3 checksums if both objects have the same kind, then ETags, then sizes if nothing else is comparable. */
export async function compareObjects(
  pair: CopyPair,
  file: StoredFile,
  copy: StoredFile | undefined,
): Promise<Comparison> {
  if (copy?.size !== file.size) return 'different';
  const [left, right] = await Promise.all([
    head(pair.client, pair.from, file.name),
    head(pair.client, pair.to, file.name),
  ]);
  const equal = sameChecksum(left, right);
  if (equal !== undefined) return equal ? 'checksum' : 'different';
  if (file.etag === copy.etag) return 'etag';
  // An ETag is the MD5 of the content only for single-part objects without KMS encryption.
  const md5s = [file, copy].every(({ etag }) => md5Etag.test(etag));
  return md5s && !encryptedByKms(left) && !encryptedByKms(right) ? 'different' : 'size';
}

const md5Etag = /^"?[0-9a-f]{32}"?$/;

async function head(client: S3Client, folder: S3Folder, name: string): Promise<HeadObjectCommandOutput> {
  const input = { Bucket: folder.bucket, Key: `${folder.prefix}${name}`, ChecksumMode: 'ENABLED' as const };
  return callAws(`HeadObject ${input.Key}`, () => client.send(new HeadObjectCommand(input)));
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html */
const checksums = [
  'ChecksumCRC64NVME',
  'ChecksumSHA256',
  'ChecksumSHA1',
  'ChecksumCRC32C',
  'ChecksumCRC32',
] as const;

/**
 * Undefined if the checksums are not comparable. A composite checksum covers the checksums of the parts: equal values
 * prove equal content, but the same content in different parts has a different value.
 */
function sameChecksum(left: HeadObjectCommandOutput, right: HeadObjectCommandOutput): boolean | undefined {
  const kind = checksums.find((name) => left[name] !== undefined && right[name] !== undefined);
  if (kind === undefined) return undefined;
  const equal = left[kind] === right[kind];
  const composite = [left, right].some(({ ChecksumType: type }) => type === 'COMPOSITE');
  return equal || !composite ? equal : undefined;
}

function encryptedByKms({ ServerSideEncryption: by }: HeadObjectCommandOutput): boolean {
  return by === 'aws:kms' || by === 'aws:kms:dsse';
}
