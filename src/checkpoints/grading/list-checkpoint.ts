import type { Checkpoints, S3Uri } from '../../ports/ports.ts';
import type { Listing } from '../checkpoint-view.ts';
import { type CheckpointFolder, parentOf } from '../folders.ts';
import type { ReadCost } from '../formats/ranged-file.ts';

/** The folder that file names are relative to: the checkpoint's own, or the common parent of all its parts. */
export function baseOf({ uri, also }: CheckpointFolder): S3Uri {
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
      const files = await checkpoints.files(part);
      return files.map((file) => ({ ...file, name: `${part.slice(base.length)}${file.name}` }));
    }),
  );
  const files = new Map(parts.flat().map((file) => [file.name, file]));
  return { uri: folder.uri, step: folder.step, files, prefix: '' };
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
      return (await checkpoints.uploadsInFlight(part)).map((name) => `${part.slice(base.length)}${name}`);
    }),
  );
  return parts.flat();
}
