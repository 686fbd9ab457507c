import { OpsError } from '../errors.ts';
import type { Checkpoints, TrainingJob, S3Uri as Uri } from '../ports/ports.ts';
import { hasEnded, trainedUntil } from '../training-job/job-state.ts';
import { asFolder, type CheckpointFolder, listCheckpoints, nameOf, parentOf, stepIn } from './folders.ts';
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
  const parent = stepIn(nameOf(uri)) === undefined ? undefined : parentOf(uri);
  const known = { ...stillRunning(now), worldSize: undefined };
  if (parent === undefined) return { ...known, folders: await allBelow(uri, checkpoints) };
  const { folders } = await listCheckpoints(checkpoints, parent);
  const index = folders.findIndex((folder) => folder.uri === asFolder(uri));
  if (index === -1) throw new OpsError('no-checkpoint', `${uri} is empty or does not exist`);
  return { ...known, folders: folders.slice(index), maxCount: 1 };
}

/** Times of a job that may still be writing: a file that just arrived may be part of an unfinished save. */
export function stillRunning(now: number): TrainingTimes {
  return { now, trainedUntil: now, endedAt: Number.NEGATIVE_INFINITY };
}

async function allBelow(uri: Uri, checkpoints: Checkpoints): Promise<CheckpointFolder[]> {
  const { folders, names } = await listCheckpoints(checkpoints, uri);
  if (folders.length > 0) return folders;
  const why =
    names.length === 0 ? 'there is no folder' : `none of the ${names.length} folders is a checkpoint`;
  throw new OpsError('no-checkpoint', `${why} below ${asFolder(uri)}`);
}
