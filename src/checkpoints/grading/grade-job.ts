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

/** Grades the newest checkpoints of a job, highest step first, in the folder that a person named for it or in its own. */
export function checkpointGrader({
  training,
  checkpoints,
  folders,
  clock,
}: GradingDeps): (job: string, most: number) => Promise<readonly GradedWithCost[]> {
  return async (name, most) => {
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
  };
}
