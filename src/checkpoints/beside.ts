import type { Checkpoints, S3Uri, StoredFile } from '../ports/ports.ts';
import { nameOf, parentOf } from './folders.ts';
import { openFile, type RangedFile, type Tally } from './formats/ranged-file.ts';

/** What stands beside a checkpoint folder: trackers, markers, other checkpoints. Asked of S3 only when it is needed. */
export interface Beside {
  /** The checkpoint folder itself, e.g. `global_step1300`. */
  readonly own: string;
  /** Files right beside it, by name. */
  readonly files: () => Promise<ReadonlyMap<string, StoredFile>>;
  readonly open: (file: StoredFile) => RangedFile;
  /** Whether there is a folder of this name. */
  readonly holds: (folder: string) => Promise<boolean>;
}

/** Each parent folder is listed once, however many of its checkpoints are looked at. */
export type Surroundings = (checkpoint: S3Uri) => Beside;

export function surroundingsOf(checkpoints: Checkpoints, tally: Tally): Surroundings {
  const listings = new Map<S3Uri, Promise<ReadonlyMap<string, StoredFile>>>();
  const filesIn = async (parent: S3Uri): Promise<ReadonlyMap<string, StoredFile>> => {
    tally.requests += 1;
    const files = await checkpoints.filesBeside(parent);
    return new Map(files.map((file) => [file.name, file]));
  };
  return (checkpoint) => {
    const parent = parentOf(checkpoint) ?? checkpoint;
    return {
      own: nameOf(checkpoint),
      files: async () => {
        const found = listings.get(parent) ?? filesIn(parent);
        listings.set(parent, found);
        return found;
      },
      open: (file) => openFile(checkpoints, parent, file, tally),
      holds: async (folder) => {
        tally.requests += 1;
        return (await checkpoints.files(`${parent}${folder}/`)).length > 0;
      },
    };
  };
}
