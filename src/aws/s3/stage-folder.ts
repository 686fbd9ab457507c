import type { S3Client } from '@aws-sdk/client-s3';
import { OpsError } from '../../errors.ts';
import type { FrozenFile } from '../../ports/basis.ts';
import type { Compared, StagedCopy, StagedFiles, StoredFile } from '../../ports/ports.ts';
import { inParallel } from '../in-parallel.ts';
import { type Comparison, type CopyPair, compareObjects } from './compare-objects.ts';
import { copyFile, type Writes } from './copy-object.ts';
import { listFiles } from './list-objects.ts';
import { putEdit } from './put-edit.ts';
import type { S3Folder } from './s3-uri.ts';

const maxParallelFiles = 8;

/**
 * Copies a folder within S3. Repeatable: files that an earlier run copied completely are kept, and both folders are
 * compared at the end. Nothing is replaced: throws `copy-taken` for a file that is there with other content. With `frozen`,
 * exactly these versions of the files are copied, and newer files are ignored.
 */
export async function stageFolder(
  client: S3Client,
  from: S3Folder,
  to: S3Folder,
  { edits = [], frozen }: StagedFiles = {},
  writes: Writes = {},
): Promise<StagedCopy> {
  const { writer = client, beforeEach } = writes;
  const pair = { client, from, to };
  const sources = await sourcesOf(client, from, frozen);
  const edited = new Set(edits.map(({ name }) => name));
  const wanted = sources.filter(({ file }) => !edited.has(file.name));
  const missing = await missingFrom(pair, wanted);
  const moved = missing.find((source) => source.moved);
  if (moved !== undefined) throw changed(from, moved.file);
  await inParallel(maxParallelFiles, missing, async ({ file }) => {
    const copying = copyFile(client, from, to, file, writes);
    await (frozen === undefined ? copying : unlessMoved(copying, from, file));
  });
  await inParallel(maxParallelFiles, edits, async (edit) => {
    await beforeEach?.();
    await putEdit({ client, writer }, to, edit);
  });
  const staged = await listFiles(client, to);
  const compared = await requireSame(
    pair,
    wanted,
    staged.filter(({ name }) => !edited.has(name)),
  );
  return { files: staged.length, bytes: staged.reduce((sum, { size }) => sum + size, 0), compared };
}

interface Source {
  readonly file: StoredFile;
  /** True if the file in the source is no longer the approved version. */
  readonly moved: boolean;
}

async function sourcesOf(
  client: S3Client,
  from: S3Folder,
  frozen: readonly FrozenFile[] | undefined,
): Promise<readonly Source[]> {
  const now = await listFiles(client, from);
  if (frozen === undefined && now.length === 0)
    throw new OpsError('no-checkpoint', `s3://${from.bucket}/${from.prefix} contains no files`);
  if (frozen === undefined) return now.map((file) => ({ file, moved: false }));
  const current = byName(now);
  return frozen.map(({ name, size, etag }) => {
    const present = current.get(name);
    const moved = present?.size !== size || present.etag !== etag;
    return { file: { name, size, etag, modifiedAt: present?.modifiedAt ?? 0 }, moved };
  });
}

async function missingFrom(pair: CopyPair, wanted: readonly Source[]): Promise<readonly Source[]> {
  const before = byName(await listFiles(pair.client, pair.to));
  const found = await inParallel(maxParallelFiles, wanted, (source) =>
    compareSource(pair, source, before.get(source.file.name)),
  );
  const differing = wanted.filter((_, index) => found[index] === 'different');
  const taken = differing.find(({ file }) => before.has(file.name));
  if (taken !== undefined)
    throw new OpsError('copy-taken', `${taken.file.name} in s3://${pair.to.bucket}/${pair.to.prefix}`);
  return differing;
}

/**
 * A source that changed in the meantime cannot verify its copy. But the copy is in a folder of this attempt only, where
 * every copy is conditional on the approved ETag, and S3 copies are atomic. So the copy is the approved file, and a crash
 * between copy and launch loses nothing.
 */
async function compareSource(
  pair: CopyPair,
  { file, moved }: Source,
  copy: StoredFile | undefined,
): Promise<Comparison> {
  if (!moved) return compareObjects(pair, file, copy);
  if (copy?.size !== file.size) return 'different';
  return copy.etag === file.etag ? 'etag' : 'size';
}

async function unlessMoved(copying: Promise<void>, from: S3Folder, file: StoredFile): Promise<void> {
  try {
    await copying;
  } catch (thrown) {
    const moved = thrown instanceof OpsError && thrown.code === 'checkpoint-changed';
    throw moved ? changed(from, file) : thrown;
  }
}

function changed({ bucket, prefix }: S3Folder, { name }: StoredFile): OpsError {
  return new OpsError('basis-changed', `${name} in s3://${bucket}/${prefix} changed after it was checked`);
}

/** Throws `staging-incomplete` for the first file that differs or is extra. */
async function requireSame(
  pair: CopyPair,
  wanted: readonly Source[],
  staged: readonly StoredFile[],
): Promise<Compared> {
  const names = new Set(wanted.map(({ file }) => file.name));
  const surplus = staged.find(({ name }) => !names.has(name));
  if (surplus !== undefined)
    throw new OpsError('staging-incomplete', `${surplus.name} is not in the source folder`);
  const copies = byName(staged);
  const found = await inParallel(maxParallelFiles, wanted, async (source) => {
    const how = await compareSource(pair, source, copies.get(source.file.name));
    if (how === 'different') throw new OpsError('staging-incomplete', source.file.name);
    return how;
  });
  const count = (how: Comparison): number => found.filter((one) => one === how).length;
  return { checksum: count('checksum'), etag: count('etag'), size: count('size') };
}

function byName(files: readonly StoredFile[]): ReadonlyMap<string, StoredFile> {
  return new Map(files.map((file) => [file.name, file]));
}
