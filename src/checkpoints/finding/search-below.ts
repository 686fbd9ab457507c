import { append } from '../../ports/collections.ts';
import type { Checkpoints, S3Uri } from '../../ports/ports.ts';
import { asFolder, type CheckpointFolder, nameOf } from '../folders.ts';
import { checkpointsIn, type FolderContent } from './checkpoints-in.ts';

/** NeMo puts experiment, date and `checkpoints` between, Lightning `lightning_logs/version_0/checkpoints`. */
const maxDepth = 4;
/** Each costs two requests. */
const maxFolders = 40;

/** Folders of tools beside the trainer. */
const passedOver = /^(?:wandb|tensorboard|tb_logs|runs|mlruns|logs?|\.git|\.hydra|__pycache__|events?)$/i;

/** The checkpoints of a job, and where Relight looked for them. */
export interface FoundCheckpoints {
  /** Newest first. */
  readonly folders: readonly CheckpointFolder[];
  /** The folders that were searched; the first is the one asked for. */
  readonly looked: readonly S3Uri[];
}

/** The checkpoints in the nearest folders that have any; if none has, folders that are a checkpoint by themselves. */
export async function searchBelow(
  checkpoints: Checkpoints,
  root: S3Uri,
  { names, isOne }: FolderContent,
): Promise<FoundCheckpoints> {
  const looked: S3Uri[] = [root];
  const whole: S3Uri[] = isOne ? [root] : [];
  let level = below(root, names);
  for (let depth = 1; depth <= maxDepth && level.length > 0; depth += 1) {
    const next = level.slice(0, maxFolders - looked.length);
    const contents = await Promise.all(next.map(async (folder) => checkpointsIn(checkpoints, folder, true)));
    append(looked, next);
    const folders = contents.flatMap(({ found }) => found);
    if (folders.length > 0) return { folders, looked };
    append(
      whole,
      next.filter((_, index) => contents[index]?.isOne),
    );
    level = next.flatMap((folder, index) => below(folder, contents[index]?.names ?? []));
  }
  return { folders: whole.map((uri) => ({ uri, step: lastNumberIn(uri) })), looked };
}

/** The names between are dates and versions, so that the newest run comes first: v10-20260102 before v9-20260101. */
function below(folder: S3Uri, names: readonly string[]): S3Uri[] {
  return names
    .filter((name) => !passedOver.test(name))
    .toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .map((name): S3Uri => `${asFolder(folder)}${name}/`);
}

/** `last/` has no step; the number only tells people which one it is. */
function lastNumberIn(uri: S3Uri): number {
  return Number(/(\d{1,15})\D*$/.exec(nameOf(uri))?.[1] ?? 0);
}
