import { z } from 'zod';
import { S3Uri } from '../../ports/basics.ts';
import type { Checkpoints, TrainingJob } from '../../ports/ports.ts';
import { listCheckpoints } from '../finding/list-checkpoints.ts';
import { asFolder, type CheckpointFolder } from '../folders.ts';
import { ReadCost } from '../formats/ranged-file.ts';
import { worldSizeOf } from '../gpu-counts.ts';
import { stillRunning } from '../select-checkpoints.ts';
import { type GradedCheckpoint, grader } from './grade.ts';

/** The checkpoint that the job would resume from right now. */
export const CompleteCheckpoint = z.object({
  uri: S3Uri,
  step: z.number().int().nonnegative(),
  /** When the file that completes it was written. */
  committedAt: z.number(),
});
export type CompleteCheckpoint = z.infer<typeof CompleteCheckpoint>;

export interface NewestComplete {
  /** Highest step first. */
  readonly folders: readonly CheckpointFolder[];
  readonly complete?: CompleteCheckpoint;
  /** Newer checkpoints that are unfinished or broken, in the same order. */
  readonly incomplete: readonly GradedCheckpoint[];
}

/** Stop searching after this many incomplete checkpoints: the job is not saving properly. */
const maxGraded = 5;

interface SearchOptions {
  readonly checkpoints: Checkpoints;
  readonly now: number;
  /** The result of an earlier search. While nothing newer exists, one listing is enough. */
  readonly known?: CompleteCheckpoint | undefined;
}

type Writer = Pick<TrainingJob, 'checkpointUri' | 'instanceType' | 'instanceCount'>;

/** The checkpoint that a running job would resume from if it failed now. */
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
