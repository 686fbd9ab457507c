import type { Checkpoints, S3Uri } from '../../ports/ports.ts';
import { asFolder, type CheckpointFolder, nameOf } from '../folders.ts';
import { checkpointsIn } from './checkpoints-in.ts';
import { type FoundCheckpoints, searchBelow } from './search-below.ts';

/** OpenRLHF: https://github.com/OpenRLHF/OpenRLHF/blob/main/openrlhf/trainer/ppo_trainer.py */
const [actor, critic] = ['_actor', '_critic'];

/**
 * Checkpoints under a job's CheckpointConfig.S3Uri: in the folder itself, or where the trainer puts its own folders
 * between. Lists by delimiter, so it never walks the files inside a checkpoint.
 */
export async function listCheckpoints(checkpoints: Checkpoints, uri: S3Uri): Promise<FoundCheckpoints> {
  const root = asFolder(uri);
  const content = await checkpointsIn(checkpoints, root);
  const { found, names } = content;
  if (found.length > 0) return { folders: found, looked: [root] };
  if (names.includes(actor)) return { folders: await ofOpenrlhf(checkpoints, root, names), looked: [root] };
  return searchBelow(checkpoints, root, content);
}

async function ofOpenrlhf(
  checkpoints: Checkpoints,
  root: S3Uri,
  names: readonly string[],
): Promise<CheckpointFolder[]> {
  const actors = await checkpointsIn(checkpoints, `${root}${actor}/`);
  const critics = ({ uri }: CheckpointFolder): S3Uri[] =>
    names.includes(critic) ? [`${root}${critic}/${nameOf(uri)}/`] : [];
  return actors.found.map((folder) => ({ ...folder, also: critics(folder) }));
}

/** The checkpoint that a trainer with this CheckpointConfig.S3Uri would resume from; undefined if from scratch. */
export async function highestCheckpoint(
  checkpoints: Checkpoints,
  uri: S3Uri,
): Promise<CheckpointFolder | undefined> {
  return (await listCheckpoints(checkpoints, uri)).folders.at(0);
}
