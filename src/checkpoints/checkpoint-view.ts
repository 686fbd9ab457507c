import type { Checkpoints, S3Uri, StoredFile } from '../ports/ports.ts';
import { nameOf, parentOf } from './folders.ts';
import { openFile, type RangedFile, type ReadCost } from './formats/ranged-file.ts';

/** The files of one checkpoint, or of one folder inside it. */
export interface Listing {
  readonly uri: S3Uri;
  readonly step: number;
  /** Keyed by path below `prefix`. The file itself keeps its full name, which people read. */
  readonly files: ReadonlyMap<string, StoredFile>;
  /** Empty for the checkpoint itself. */
  readonly prefix: string;
}

/** One checkpoint and its surroundings, as a layout check sees them. */
export interface CheckpointView extends Listing {
  /** Returns the same RangedFile for the same file, so that the read limit covers the whole check. */
  readonly open: (file: StoredFile) => RangedFile;
  readonly opened: ReadonlyMap<string, RangedFile>;
  /** The checkpoints just before this one: what the same job wrote while it was healthy. */
  readonly earlier: readonly Listing[];
  /** The number of training processes, if the instance type reveals it. */
  readonly worldSize?: number;
  /** The contents of the parent folder. OpenRLHF has two: the actor's, then the critic's. */
  readonly siblings: readonly Siblings[];
}

export function viewOf(
  listing: Listing,
  surroundings: Pick<CheckpointView, 'earlier' | 'siblings'> & { readonly worldSize: number | undefined },
  open: (file: StoredFile) => RangedFile,
): CheckpointView {
  const opened = new Map<string, RangedFile>();
  const openOnce = (file: StoredFile): RangedFile => {
    const found = opened.get(file.name) ?? open(file);
    opened.set(file.name, found);
    return found;
  };
  const { earlier, siblings, worldSize } = surroundings;
  return {
    ...listing,
    earlier,
    siblings,
    open: openOnce,
    opened,
    ...(worldSize !== undefined && { worldSize }),
  };
}

/** The same view limited to a subfolder. `folderIn` returns its path in this and in earlier checkpoints. */
export function within(
  view: CheckpointView,
  folderIn: (listing: Listing) => string | undefined,
): CheckpointView {
  const inside = (listing: Listing): Listing[] => {
    const folder = folderIn(listing);
    return folder === undefined ? [] : [below(listing, folder)];
  };
  return { ...view, ...below(view, folderIn(view) ?? '\0'), earlier: view.earlier.flatMap(inside) };
}

function below(listing: Listing, folder: string): Listing {
  const files = [...listing.files]
    .filter(([name]) => name.startsWith(folder))
    .map(([name, file]) => [name.slice(folder.length), file] as const);
  return { ...listing, files: new Map(files), prefix: `${listing.prefix}${folder}` };
}

/** The file's name without the folder, so that it is comparable across steps. */
function keyOf({ prefix }: Listing, { name }: StoredFile): string {
  return name.slice(prefix.length);
}

export function sameIn(view: CheckpointView, file: StoredFile, other: Listing): StoredFile | undefined {
  return other.files.get(keyOf(view, file));
}

/** The contents of a checkpoint's parent folder: trackers, markers, other checkpoints. Read from S3 on demand. */
export interface Siblings {
  /** The name of the checkpoint folder itself, e.g. `global_step1300`. */
  readonly own: string;
  /** Files directly in the parent folder, by name. */
  readonly files: () => Promise<ReadonlyMap<string, StoredFile>>;
  readonly open: (file: StoredFile) => RangedFile;
  /** Whether a folder with this name exists. */
  readonly holds: (folder: string) => Promise<boolean>;
}

/** Lists each parent folder once, no matter how many of its checkpoints are checked. */
export type SiblingsOf = (checkpoint: S3Uri) => Siblings;

export function siblingLister(checkpoints: Checkpoints, cost: ReadCost): SiblingsOf {
  const listings = new Map<S3Uri, Promise<ReadonlyMap<string, StoredFile>>>();
  const filesIn = async (parent: S3Uri): Promise<ReadonlyMap<string, StoredFile>> => {
    cost.requests += 1;
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
      open: (file) => openFile(checkpoints, parent, file, cost),
      holds: async (folder) => {
        cost.requests += 1;
        return (await checkpoints.files(`${parent}${folder}/`)).length > 0;
      },
    };
  };
}
