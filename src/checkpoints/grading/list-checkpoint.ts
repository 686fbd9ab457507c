import type { Checkpoints, S3Uri, StoredFile } from '../../ports/ports.ts';
import type { Listing } from '../checkpoint-view.ts';
import { isUploadMark } from '../finding/training-files.ts';
import { type CheckpointFolder, folderOf, isFile, nameOf, parentOf } from '../folders.ts';
import type { ReadCost } from '../formats/ranged-file.ts';

/** The folder that file names are relative to: the checkpoint's own, or the common parent of all its parts. */
export function baseOf({ uri, also }: CheckpointFolder): S3Uri {
  if (isFile(uri)) return folderOf(uri);
  return also === undefined ? uri : (parentOf(parentOf(uri) ?? uri) ?? uri);
}

export function partsOf({ uri, also = [] }: CheckpointFolder): readonly S3Uri[] {
  return [uri, ...also];
}

/** All files of the checkpoint. Files of all parts are named relative to the common folder. */
export async function listCheckpoint(
  checkpoints: Checkpoints,
  folder: CheckpointFolder,
  cost: ReadCost,
): Promise<Listing> {
  const base = baseOf(folder);
  const parts = await Promise.all(
    partsOf(folder).map(async (part) => {
      cost.requests += 1;
      const files = (await filesOf(checkpoints, part)).filter((file) => !isUploadMark(file));
      return files.map((file) => ({ ...file, name: `${folderOf(part).slice(base.length)}${file.name}` }));
    }),
  );
  const files = new Map(parts.flat().map((file) => [file.name, file]));
  return { uri: folder.uri, step: folder.step, files, prefix: '' };
}

async function filesOf(checkpoints: Checkpoints, part: S3Uri): Promise<readonly StoredFile[]> {
  if (!isFile(part)) return checkpoints.files(part);
  return (await checkpoints.filesBeside(folderOf(part))).filter(({ name }) => name === nameOf(part));
}

/** Names of unfinished uploads, in the same form as in the listing. */
export async function uploadsInFlight(
  checkpoints: Checkpoints,
  folder: CheckpointFolder,
  cost: ReadCost,
): Promise<string[]> {
  const base = baseOf(folder);
  const parts = await Promise.all(
    partsOf(folder).map(async (part) => {
      cost.requests += 1;
      const names = await checkpoints.uploadsInFlight(folderOf(part));
      const own = isFile(part) ? names.filter((name) => name === nameOf(part)) : names;
      return own.map((name) => `${folderOf(part).slice(base.length)}${name}`);
    }),
  );
  return parts.flat();
}
