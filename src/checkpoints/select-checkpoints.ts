import { OpsError } from '../errors.ts';
import type { Checkpoints, TrainingJob, S3Uri as Uri } from '../ports/ports.ts';
import { hasEnded, trainedUntil } from '../training-job/job-state.ts';
import { asFolder, type CheckpointFolder, listCheckpoints, nameOf, parentOf, stepIn } from './folders.ts';
import { worldSizeOf } from './gpu-counts.ts';
import type { TrainingTimes } from './grading/unfinished.ts';

/** The checkpoints that somebody asked for, with what is known of the job that writes them. */
export interface CheckpointSelection extends TrainingTimes {
  /** Highest step first; behind the asked ones stand those that they are compared with. */
  readonly folders: readonly CheckpointFolder[];
  /** How many of them were asked for, where it is not all. */
  readonly maxCount?: number;
  readonly worldSize: number | undefined;
}

/** Throws `no-checkpointing` or `no-checkpoint`. */
export async function checkpointsOfJob(
  job: TrainingJob,
  checkpoints: Checkpoints,
  now: number,
): Promise<CheckpointSelection> {
  if (job.checkpointUri === undefined) throw new OpsError('no-checkpointing', job.name);
  const moment = hasEnded(job)
    ? { now, trainedUntil: trainedUntil(job) ?? now, endedAt: job.endedAt ?? now }
    : stillRunning(now);
  return { ...moment, folders: await allBelow(job.checkpointUri, checkpoints), worldSize: worldSizeOf(job) };
}

/** A folder of checkpoints, or one checkpoint itself. Throws `no-checkpoint`. */
export async function checkpointsAt(
  uri: Uri,
  checkpoints: Checkpoints,
  now: number,
): Promise<CheckpointSelection> {
  const parent = stepIn(nameOf(uri)) === undefined ? undefined : parentOf(uri);
  const known = { ...stillRunning(now), worldSize: undefined };
  if (parent === undefined) return { ...known, folders: await allBelow(uri, checkpoints) };
  const { folders } = await listCheckpoints(checkpoints, parent);
  const index = folders.findIndex((folder) => folder.uri === asFolder(uri));
  if (index === -1) throw new OpsError('no-checkpoint', `there is nothing in ${uri}`);
  return { ...known, folders: folders.slice(index), maxCount: 1 };
}

/** Whoever wrote them may still write: what came just now may be about to be finished. */
export function stillRunning(now: number): TrainingTimes {
  return { now, trainedUntil: now, endedAt: Number.NEGATIVE_INFINITY };
}

async function allBelow(uri: Uri, checkpoints: Checkpoints): Promise<CheckpointFolder[]> {
  const { folders, names } = await listCheckpoints(checkpoints, uri);
  if (folders.length > 0) return folders;
  const there =
    names.length === 0 ? 'there is no folder' : `none of its ${names.length} folders is a checkpoint`;
  throw new OpsError('no-checkpoint', `${there} below ${asFolder(uri)}`);
}
