import { OpsError } from '../../errors.ts';
import type { CheckpointFolders, Checkpoints, Clock, Training } from '../../ports/ports.ts';
import { checkpointsAt, checkpointsOfJob } from '../select-checkpoints.ts';
import { type GradedWithCost, gradeSelected } from './grade-each.ts';

export interface GradingDeps {
  readonly training: Pick<Training, 'find'>;
  readonly checkpoints: Checkpoints;
  readonly folders: Pick<CheckpointFolders, 'of'>;
  readonly clock: Clock;
}

type Graded = readonly GradedWithCost[];

/**
 * Grades the newest checkpoints of a job, highest step first, in the folder that a person named for it or in its own.
 * Those who ask while they are being graded get the same result: they are read from S3 once.
 */
export function checkpointGrader(deps: GradingDeps): (job: string, most: number) => Promise<Graded> {
  const running = new Map<string, Promise<Graded>>();
  return async (job, most) => {
    const key = `${most} ${job}`;
    const present = running.get(key) ?? gradeNewest(deps, job, most).finally(() => running.delete(key));
    running.set(key, present);
    return present;
  };
}

async function gradeNewest(
  { training, checkpoints, folders, clock }: GradingDeps,
  name: string,
  most: number,
): Promise<Graded> {
  const [job, folder] = await Promise.all([training.find(name), folders.of(name)]);
  if (job === undefined) throw new OpsError('job-not-found', name);
  const now = clock.now();
  const asked =
    folder === undefined
      ? await checkpointsOfJob(job, checkpoints, now)
      : await checkpointsAt(folder, checkpoints, now);
  const graded = [];
  for await (const one of gradeSelected(asked, most, checkpoints)) graded.push(one);
  return graded;
}
