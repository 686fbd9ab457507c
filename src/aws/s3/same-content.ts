import { HeadObjectCommand, type HeadObjectCommandOutput, type S3Client } from '@aws-sdk/client-s3';
import type { StoredFile } from '../../ports/ports.ts';
import { callAws } from '../aws-errors.ts';
import type { S3Folder } from './s3-uri.ts';

/** By what a copy was found to be the same as its source, the strongest first; `different`: it is not the same. */
export type Sameness = 'checksum' | 'etag' | 'size' | 'different';

export interface Sides {
  readonly client: S3Client;
  readonly from: S3Folder;
  readonly to: S3Folder;
}

/** S3's own checksums decide where both sides have one of the same kind, then the etags, and sizes where nothing else can. */
export async function compareObjects(
  sides: Sides,
  file: StoredFile,
  copy: StoredFile | undefined,
): Promise<Sameness> {
  if (copy?.size !== file.size) return 'different';
  const [left, right] = await Promise.all([
    head(sides.client, sides.from, file.name),
    head(sides.client, sides.to, file.name),
  ]);
  const verdict = sameChecksum(left, right);
  if (verdict !== undefined) return verdict ? 'checksum' : 'different';
  if (file.etag === copy.etag) return 'etag';
  // An etag is the MD5 of the content only for an object in one part that KMS did not encrypt.
  const telling = [file, copy].every(({ etag }) => md5Etag.test(etag));
  return telling && !encryptedByKms(left) && !encryptedByKms(right) ? 'different' : 'size';
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
 * Undefined: nothing that both have can tell. A composite checksum is one of the parts' checksums: equal ones prove the
 * same content, but the same content in other parts has another.
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
