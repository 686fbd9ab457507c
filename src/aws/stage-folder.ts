import { HeadObjectCommand, type HeadObjectCommandOutput, type S3Client } from '@aws-sdk/client-s3';
import { OpsError } from '../errors.ts';
import type { Edit, StagedCopy, StoredFile } from '../playbooks/ports.ts';
import { copyFile } from './copy-object.ts';
import { callAws } from './errors.ts';
import { inParallel } from './in-parallel.ts';
import { listFiles } from './list-objects.ts';
import { putEdit } from './put-edit.ts';
import type { S3Folder } from './s3-uri.ts';

const filesAtOnce = 8;

/** Copies a folder inside S3. Repeatable: what an earlier run has copied stays, and the end is judged by listing both. */
export async function stageFolder(
  client: S3Client,
  from: S3Folder,
  to: S3Folder,
  edits: readonly Edit[] = [],
): Promise<StagedCopy> {
  const all = await listFiles(client, from);
  if (all.length === 0)
    throw new OpsError('no-checkpoint', `s3://${from.bucket}/${from.prefix} holds no files`);
  const edited = new Set(edits.map(({ name }) => name));
  const wanted = all.filter(({ name }) => !edited.has(name));
  const before = byName(await listFiles(client, to));
  const missing = wanted.filter((file) => likeness(file, before.get(file.name)) === 'different');
  await inParallel(filesAtOnce, missing, (file) => copyFile(client, from, to, file));
  await inParallel(filesAtOnce, edits, (edit) => putEdit(client, to, edit));
  const staged = await listFiles(client, to);
  await requireSame(
    { client, from, to },
    wanted,
    staged.filter(({ name }) => !edited.has(name)),
  );
  return { files: staged.length, bytes: staged.reduce((sum, { size }) => sum + size, 0) };
}

interface Pair {
  readonly client: S3Client;
  readonly from: S3Folder;
  readonly to: S3Folder;
}

async function requireSame(
  pair: Pair,
  wanted: readonly StoredFile[],
  staged: readonly StoredFile[],
): Promise<void> {
  const names = new Set(wanted.map(({ name }) => name));
  const surplus = staged.find(({ name }) => !names.has(name));
  if (surplus !== undefined)
    throw new OpsError('staging-incomplete', `${surplus.name} is not in the source folder`);
  const found = byName(staged);
  await inParallel(filesAtOnce, wanted, async (file) => {
    const copy = found.get(file.name);
    if (copy?.size !== file.size || (await differs(pair, file, copy)))
      throw new OpsError('staging-incomplete', file.name);
  });
}

/** An etag is the MD5 of the content only for an object in one part that KMS did not encrypt. */
const md5Etag = /^"?[0-9a-f]{32}"?$/;

/** `alike`: the sizes are the same and nothing cheap speaks against it. */
function likeness(file: StoredFile, copy: StoredFile | undefined): 'same' | 'alike' | 'different' {
  if (copy?.size !== file.size) return 'different';
  if (copy.etag === file.etag) return 'same';
  return md5Etag.test(copy.etag) && md5Etag.test(file.etag) ? 'different' : 'alike';
}

/** Where the etags do not agree, S3's own checksums decide; where there are none to compare, the sizes must do. */
async function differs(pair: Pair, file: StoredFile, copy: StoredFile): Promise<boolean> {
  const like = likeness(file, copy);
  if (like === 'same') return false;
  const [left, right] = await Promise.all([
    head(pair.client, pair.from, file.name),
    head(pair.client, pair.to, file.name),
  ]);
  const verdict = sameChecksum(left, right);
  if (verdict !== undefined) return !verdict;
  return like === 'different' && !encryptedByKms(left) && !encryptedByKms(right);
}

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

/** Undefined: there is no checksum of the whole content that both have. */
function sameChecksum(left: HeadObjectCommandOutput, right: HeadObjectCommandOutput): boolean | undefined {
  const composite = left.ChecksumType === 'COMPOSITE' || right.ChecksumType === 'COMPOSITE';
  const kind = checksums.find((name) => left[name] !== undefined && right[name] !== undefined);
  return composite || kind === undefined ? undefined : left[kind] === right[kind];
}

function encryptedByKms({ ServerSideEncryption: by }: HeadObjectCommandOutput): boolean {
  return by === 'aws:kms' || by === 'aws:kms:dsse';
}

function byName(files: readonly StoredFile[]): ReadonlyMap<string, StoredFile> {
  return new Map(files.map((file) => [file.name, file]));
}
