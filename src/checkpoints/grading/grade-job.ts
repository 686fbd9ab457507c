import { LRUCache } from 'lru-cache';
import { OpsError } from '../../errors.ts';
import type { CheckpointFolders, Checkpoints, Clock, Training } from '../../ports/ports.ts';
import { checkpointsAt, checkpointsOfJob } from '../select-checkpoints.ts';
import { type GradedWithCost, gradeSelected } from './grade-each.ts';

export interface GradingDeps {
  readonly training: Pick<Training, 'find'>;
  /** The checkpoints that may be read on behalf of a job. */
  readonly checkpointsOf: (job: string) => Checkpoints;
  readonly folders: Pick<CheckpointFolders, 'of'>;
  readonly clock: Clock;
}

type Graded = readonly GradedWithCost[];
type Folder = Awaited<ReturnType<GradingDeps['folders']['of']>>;

/** Those who ask a moment later would see the same. */
const keptMs = 10_000;
const maxKept = 100;

/**
 * Grades the newest checkpoints of a job, highest step first, in the folder that a person named for it or in its own.
 * Those who ask while they are being graded, or just after that, get the same result: a grading reads from S3 and takes a
 * process for itself, and people press more than once.
 */
export function checkpointGrader(deps: GradingDeps): (job: string, most: number) => Promise<Graded> {
  const { folders, clock } = deps;
  const kept = new LRUCache<string, { readonly graded: Promise<Graded>; readonly until: number }>({
    max: maxKept,
  });
  return async (job, most) => {
    const folder = await folders.of(job);
    const key = JSON.stringify([job, most, folder]);
    const before = kept.get(key);
    if (before !== undefined && clock.now() < before.until) return before.graded;
    const graded = gradeNewest(deps, job, folder, most);
    kept.set(key, { graded, until: Number.POSITIVE_INFINITY });
    graded.then(
      () => kept.set(key, { graded, until: clock.now() + keptMs }),
      () => kept.delete(key),
    );
    return graded;
  };
}

async function gradeNewest(
  { training, checkpointsOf, clock }: GradingDeps,
  name: string,
  folder: Folder,
  most: number,
): Promise<Graded> {
  const job = await training.find(name);
  if (job === undefined) throw new OpsError('job-not-found', name);
  const checkpoints = checkpointsOf(name);
  const now = clock.now();
  const asked =
    folder === undefined
      ? await checkpointsOfJob(job, checkpoints, now)
      : await checkpointsAt(folder, checkpoints, now);
  const graded = [];
  for await (const one of gradeSelected(asked, most, checkpoints)) graded.push(one);
  return graded;
}
