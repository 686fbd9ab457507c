import type { Checkpoints, S3Uri, StoredFile } from '../ports/ports.ts';
import { nameOf, parentOf } from './folders.ts';
import { openFile, type RangedFile, type ReadCost } from './formats/ranged-file.ts';

/** The files of one checkpoint, or of one folder inside it. */
export interface Listing {
  readonly uri: S3Uri;
  readonly step: number;
  /** By path below `prefix`; the file itself keeps its whole name, which is what people read. */
  readonly files: ReadonlyMap<string, StoredFile>;
  /** Empty for the checkpoint itself. */
  readonly prefix: string;
}

/** One view at one checkpoint. */
export interface CheckpointView extends Listing {
  /** The same file again gives the same RangedFile, so that its read limit holds for the whole view. */
  readonly open: (file: StoredFile) => RangedFile;
  readonly opened: ReadonlyMap<string, RangedFile>;
  /** The checkpoints right before this one: what the same job wrote when all was well. */
  readonly earlier: readonly Listing[];
  /** How many processes train, where the instance type tells. */
  readonly worldSize?: number;
  /** What stands around the checkpoint; of OpenRLHF around the actor's part, then around the critic's. */
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

/** The same view at a folder inside; `folderIn` gives its path in this checkpoint and in those before, e.g. `global_step1300/`. */
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

/** What the file is called in the listings of all steps. */
function keyOf({ prefix }: Listing, { name }: StoredFile): string {
  return name.slice(prefix.length);
}

export function sameIn(view: CheckpointView, file: StoredFile, other: Listing): StoredFile | undefined {
  return other.files.get(keyOf(view, file));
}

/** What stands siblings a checkpoint folder: trackers, markers, other checkpoints. Asked of S3 only when it is needed. */
export interface Siblings {
  /** The checkpoint folder itself, e.g. `global_step1300`. */
  readonly own: string;
  /** Files right siblings it, by name. */
  readonly files: () => Promise<ReadonlyMap<string, StoredFile>>;
  readonly open: (file: StoredFile) => RangedFile;
  /** Whether there is a folder of this name. */
  readonly holds: (folder: string) => Promise<boolean>;
}

/** Each parent folder is listed once, however many of its checkpoints are looked at. */
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
