import { z } from 'zod';
import type { Checkpoints, TrainingJob } from '../../ports/ports.ts';
import { S3Uri } from '../../ports/s3-address.ts';
import { asFolder, type CheckpointFolder, listCheckpoints } from '../folders.ts';
import { ReadCost } from '../formats/ranged-file.ts';
import { worldSizeOf } from '../gpu-counts.ts';
import { stillRunning } from '../select-checkpoints.ts';
import { type GradedCheckpoint, grader } from './grade.ts';

/** A checkpoint that the job would be resumed from, as it stands. */
export const CompleteCheckpoint = z.object({
  uri: S3Uri,
  step: z.number().int().nonnegative(),
  /** When what completes it was written. */
  committedAt: z.number(),
});
export type CompleteCheckpoint = z.infer<typeof CompleteCheckpoint>;

export interface NewestComplete {
  /** Highest step first. */
  readonly folders: readonly CheckpointFolder[];
  readonly complete?: CompleteCheckpoint;
  /** Those before it in that order: still being written, or broken. */
  readonly incomplete: readonly GradedCheckpoint[];
}

/** Behind so many that are not complete, none is looked for: nothing is kept as it should be then. */
const maxGraded = 5;

interface SearchOptions {
  readonly checkpoints: Checkpoints;
  readonly now: number;
  /** What was found at an earlier view: as long as nothing newer stands there, one listing is enough. */
  readonly known?: CompleteCheckpoint | undefined;
}

type Writer = Pick<TrainingJob, 'checkpointUri' | 'instanceType' | 'instanceCount'>;

/** What a job that goes on would be resumed from if it failed now. */
export async function newestComplete(
  job: Writer,
  { checkpoints, now, known }: SearchOptions,
): Promise<NewestComplete> {
  if (job.checkpointUri === undefined) return { folders: [], incomplete: [] };
  const { folders } = await listCheckpoints(checkpoints, asFolder(job.checkpointUri));
  const worldSize = worldSizeOf(job);
  const grade = grader({ ...stillRunning(now), checkpoints, worldSize, cost: new ReadCost() });
  const incomplete: GradedCheckpoint[] = [];
  for (const [index, { uri }] of folders.slice(0, maxGraded).entries()) {
    if (uri === known?.uri) return { folders, complete: known, incomplete };
    const graded = await grade(folders, index);
    const complete = asComplete(graded);
    if (complete !== undefined) return { folders, complete, incomplete };
    incomplete.push(graded);
  }
  return { folders, incomplete };
}

function asComplete({ uri, step, grade, committedAt }: GradedCheckpoint): CompleteCheckpoint | undefined {
  const whole = grade === 'valid' || grade === 'degraded';
  return whole && committedAt !== undefined ? { uri, step, committedAt } : undefined;
}
