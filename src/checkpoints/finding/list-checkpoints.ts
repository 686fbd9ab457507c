import type { Checkpoints, S3Uri } from '../../ports/ports.ts';
import { asFolder, type CheckpointFolder } from '../folders.ts';
import { checkpointsIn } from './checkpoints-in.ts';
import { type FoundCheckpoints, searchBelow } from './search-below.ts';

/**
 * Checkpoints under a job's CheckpointConfig.S3Uri: in the folder itself, or where the trainer puts its own folders
 * between. Lists by delimiter, so it never walks the files inside a checkpoint.
 */
export async function listCheckpoints(checkpoints: Checkpoints, uri: S3Uri): Promise<FoundCheckpoints> {
  const root = asFolder(uri);
  const content = await checkpointsIn(checkpoints, root);
  if (content.found.length > 0) return { folders: content.found, looked: [root] };
  return searchBelow(checkpoints, root, content);
}

/** The checkpoint that a trainer with this CheckpointConfig.S3Uri would resume from; undefined if from scratch. */
export async function highestCheckpoint(
  checkpoints: Checkpoints,
  uri: S3Uri,
): Promise<CheckpointFolder | undefined> {
  return (await listCheckpoints(checkpoints, uri)).folders.at(0);
}
