import type { S3Client } from '@aws-sdk/client-s3';
import { OpsError } from '../../errors.ts';
import type { FrozenFile } from '../../ports/basis.ts';
import type { Compared, StagedCopy, StagedFiles, StoredFile } from '../../ports/ports.ts';
import { inParallel } from '../in-parallel.ts';
import { copyFile } from './copy-object.ts';
import { listFiles } from './list-objects.ts';
import { putEdit } from './put-edit.ts';
import type { S3Folder } from './s3-uri.ts';
import { compareObjects, type Sameness, type Sides } from './same-content.ts';

const filesAtOnce = 8;

/**
 * Copies a folder inside S3. Repeatable: what an earlier run has copied whole stays, and the end is judged by comparing
 * both. With `frozen`, exactly these versions of the files are copied, whatever else stands in the source by now.
 */
export async function stageFolder(
  client: S3Client,
  from: S3Folder,
  to: S3Folder,
  { edits = [], frozen }: StagedFiles = {},
): Promise<StagedCopy> {
  const sides = { client, from, to };
  const sources = await sourcesOf(client, from, frozen);
  const edited = new Set(edits.map(({ name }) => name));
  const wanted = sources.filter(({ file }) => !edited.has(file.name));
  const missing = await notThereYet(sides, wanted);
  const moved = missing.find((source) => source.moved);
  if (moved !== undefined) throw changed(from, moved.file);
  await inParallel(filesAtOnce, missing, ({ file }) =>
    frozen === undefined ? copyFile(client, from, to, file) : copyFrozen(client, from, to, file),
  );
  await inParallel(filesAtOnce, edits, (edit) => putEdit(client, to, edit));
  const staged = await listFiles(client, to);
  const compared = await requireSame(
    sides,
    wanted,
    staged.filter(({ name }) => !edited.has(name)),
  );
  return { files: staged.length, bytes: staged.reduce((sum, { size }) => sum + size, 0), compared };
}

interface Source {
  readonly file: StoredFile;
  /** True: what stands in the source now is not the file that was approved. */
  readonly moved: boolean;
}

async function sourcesOf(
  client: S3Client,
  from: S3Folder,
  frozen: readonly FrozenFile[] | undefined,
): Promise<readonly Source[]> {
  const now = await listFiles(client, from);
  if (frozen === undefined && now.length === 0)
    throw new OpsError('no-checkpoint', `s3://${from.bucket}/${from.prefix} holds no files`);
  if (frozen === undefined) return now.map((file) => ({ file, moved: false }));
  const standing = byName(now);
  return frozen.map(({ name, size, etag }) => {
    const present = standing.get(name);
    const moved = present?.size !== size || present.etag !== etag;
    return { file: { name, size, etag, modifiedAt: present?.modifiedAt ?? 0 }, moved };
  });
}

async function notThereYet(sides: Sides, wanted: readonly Source[]): Promise<readonly Source[]> {
  const before = byName(await listFiles(sides.client, sides.to));
  const found = await inParallel(filesAtOnce, wanted, (source) =>
    compareSource(sides, source, before.get(source.file.name)),
  );
  return wanted.filter((_, index) => found[index] === 'different');
}

/**
 * A source that has changed since can tell nothing about its copy. The copy stands in a folder of this try alone, where
 * nothing but a copy on condition of the approved ETag can have put it, and S3 makes copies whole or not at all: so the
 * copy is the approved file, and a crash between the copy and the launch loses nothing.
 */
async function compareSource(
  sides: Sides,
  { file, moved }: Source,
  copy: StoredFile | undefined,
): Promise<Sameness> {
  if (!moved) return compareObjects(sides, file, copy);
  if (copy?.size !== file.size) return 'different';
  return copy.etag === file.etag ? 'etag' : 'size';
}

async function copyFrozen(client: S3Client, from: S3Folder, to: S3Folder, file: StoredFile): Promise<void> {
  try {
    await copyFile(client, from, to, file);
  } catch (thrown) {
    const moved = thrown instanceof OpsError && thrown.code === 'checkpoint-changed';
    throw moved ? changed(from, file) : thrown;
  }
}

function changed({ bucket, prefix }: S3Folder, { name }: StoredFile): OpsError {
  return new OpsError('basis-changed', `${name} in s3://${bucket}/${prefix} changed after it was checked`);
}

/** Throws `staging-incomplete` for the first file that is not the same on both sides. */
async function requireSame(
  sides: Sides,
  wanted: readonly Source[],
  staged: readonly StoredFile[],
): Promise<Compared> {
  const names = new Set(wanted.map(({ file }) => file.name));
  const surplus = staged.find(({ name }) => !names.has(name));
  if (surplus !== undefined)
    throw new OpsError('staging-incomplete', `${surplus.name} is not in the source folder`);
  const copies = byName(staged);
  const found = await inParallel(filesAtOnce, wanted, async (source) => {
    const how = await compareSource(sides, source, copies.get(source.file.name));
    if (how === 'different') throw new OpsError('staging-incomplete', source.file.name);
    return how;
  });
  const times = (how: Sameness): number => found.filter((one) => one === how).length;
  return { checksum: times('checksum'), etag: times('etag'), size: times('size') };
}

function byName(files: readonly StoredFile[]): ReadonlyMap<string, StoredFile> {
  return new Map(files.map((file) => [file.name, file]));
}
