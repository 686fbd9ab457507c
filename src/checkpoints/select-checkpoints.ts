import { OpsError } from '../errors.ts';
import type { Checkpoints, TrainingJob, S3Uri as Uri } from '../ports/ports.ts';
import { hasEnded, trainedUntil } from '../training-job/job-state.ts';
import { listCheckpoints } from './finding/list-checkpoints.ts';
import { nothingFound } from './finding/nothing-found.ts';
import { asFolder, type CheckpointFolder, nameOf, parentOf, stepIn } from './folders.ts';
import { worldSizeOf } from './gpu-counts.ts';
import type { TrainingTimes } from './grading/unfinished.ts';

/** The checkpoints a person asked for, and the state of the job that writes them. */
export interface CheckpointSelection extends TrainingTimes {
  /** Highest step first. The list continues past the requested ones with those they are compared to. */
  readonly folders: readonly CheckpointFolder[];
  /** How many were requested, if not all. */
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

/** Accepts a folder of checkpoints or a single checkpoint. Throws `no-checkpoint`. */
export async function checkpointsAt(
  uri: Uri,
  checkpoints: Checkpoints,
  now: number,
): Promise<CheckpointSelection> {
  const known = { ...stillRunning(now), worldSize: undefined };
  const parent = stepIn(nameOf(uri)) === undefined ? undefined : parentOf(uri);
  if (parent === undefined) return { ...known, folders: await allBelow(uri, checkpoints) };
  const { folders } = await listCheckpoints(checkpoints, parent);
  const index = folders.findIndex((folder) => asFolder(folder.uri) === asFolder(uri));
  if (index !== -1) return { ...known, folders: folders.slice(index), maxCount: 1 };
  const below = await listCheckpoints(checkpoints, uri);
  if (below.folders.length === 0)
    throw new OpsError('no-checkpoint', `${uri} is empty or does not exist, or has no checkpoint in it`);
  return { ...known, folders: below.folders };
}

/** Times of a job that may still be writing: a file that just arrived may be part of an unfinished save. */
export function stillRunning(now: number): TrainingTimes {
  return { now, trainedUntil: now, endedAt: Number.NEGATIVE_INFINITY };
}

async function allBelow(uri: Uri, checkpoints: Checkpoints): Promise<readonly CheckpointFolder[]> {
  const { folders, looked } = await listCheckpoints(checkpoints, uri);
  if (folders.length > 0) return folders;
  throw new OpsError('no-checkpoint', nothingFound(looked));
}
