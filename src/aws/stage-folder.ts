import type { S3Client } from '@aws-sdk/client-s3';
import { OpsError } from '../errors.ts';
import type { Compared, Edit, StagedCopy, StoredFile } from '../playbooks/ports.ts';
import { copyFile } from './copy-object.ts';
import { inParallel } from './in-parallel.ts';
import { listFiles } from './list-objects.ts';
import { putEdit } from './put-edit.ts';
import type { S3Folder } from './s3-uri.ts';
import { compareObjects, type Sameness, type Sides } from './same-content.ts';

const filesAtOnce = 8;

/** Copies a folder inside S3. Repeatable: what an earlier run has copied whole stays, and the end is judged by comparing both. */
export async function stageFolder(
  client: S3Client,
  from: S3Folder,
  to: S3Folder,
  edits: readonly Edit[] = [],
): Promise<StagedCopy> {
  const sides = { client, from, to };
  const all = await listFiles(client, from);
  if (all.length === 0)
    throw new OpsError('no-checkpoint', `s3://${from.bucket}/${from.prefix} holds no files`);
  const edited = new Set(edits.map(({ name }) => name));
  const wanted = all.filter(({ name }) => !edited.has(name));
  const missing = await notThereYet(sides, wanted);
  await inParallel(filesAtOnce, missing, (file) => copyFile(client, from, to, file));
  await inParallel(filesAtOnce, edits, (edit) => putEdit(client, to, edit));
  const staged = await listFiles(client, to);
  const compared = await requireSame(
    sides,
    wanted,
    staged.filter(({ name }) => !edited.has(name)),
  );
  return { files: staged.length, bytes: staged.reduce((sum, { size }) => sum + size, 0), compared };
}

async function notThereYet(sides: Sides, wanted: readonly StoredFile[]): Promise<readonly StoredFile[]> {
  const before = byName(await listFiles(sides.client, sides.to));
  const found = await inParallel(filesAtOnce, wanted, (file) =>
    compareObjects(sides, file, before.get(file.name)),
  );
  return wanted.filter((_, index) => found[index] === 'different');
}

/** Throws `staging-incomplete` for the first file that is not the same on both sides. */
async function requireSame(
  sides: Sides,
  wanted: readonly StoredFile[],
  staged: readonly StoredFile[],
): Promise<Compared> {
  const names = new Set(wanted.map(({ name }) => name));
  const surplus = staged.find(({ name }) => !names.has(name));
  if (surplus !== undefined)
    throw new OpsError('staging-incomplete', `${surplus.name} is not in the source folder`);
  const copies = byName(staged);
  const found = await inParallel(filesAtOnce, wanted, async (file) => {
    const how = await compareObjects(sides, file, copies.get(file.name));
    if (how === 'different') throw new OpsError('staging-incomplete', file.name);
    return how;
  });
  const times = (how: Sameness): number => found.filter((one) => one === how).length;
  return { checksum: times('checksum'), etag: times('etag'), size: times('size') };
}

function byName(files: readonly StoredFile[]): ReadonlyMap<string, StoredFile> {
  return new Map(files.map((file) => [file.name, file]));
}
