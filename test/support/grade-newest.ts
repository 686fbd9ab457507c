import type { CheckpointFolder } from '../../src/checkpoints/folders.ts';
import { ReadCost } from '../../src/checkpoints/formats/ranged-file.ts';
import { walkBack } from '../../src/checkpoints/grading/choose-checkpoint.ts';
import type { GradedCheckpoint } from '../../src/checkpoints/grading/grade.ts';
import { ended, folderOf, minute } from './a-training-run.ts';
import type { MemoryCheckpoints } from './memory-checkpoints.ts';

interface Options {
  readonly before?: readonly number[];
  readonly worldSize?: number;
  readonly now?: number;
}

/** Grades checkpoint-1300, optionally with earlier checkpoints, 15 minutes after the job ended. */
export async function gradeNewest(
  memory: MemoryCheckpoints,
  options: Options = {},
): Promise<GradedCheckpoint | undefined> {
  const folders = [1300, ...(options.before ?? [])].map((step) => ({ uri: folderOf(step), step }));
  return gradeFirst(memory, folders, options);
}

/** Grades the first of these folders; the others are earlier checkpoints. */
export async function gradeFirst(
  memory: MemoryCheckpoints,
  folders: readonly CheckpointFolder[],
  options: Omit<Options, 'before'> = {},
): Promise<GradedCheckpoint | undefined> {
  const [newest] = await walkBack({
    checkpoints: memory,
    folders,
    now: options.now ?? ended + 15 * minute,
    trainedUntil: ended,
    endedAt: ended,
    rpoMinutes: 30,
    worldSize: options.worldSize,
    cost: new ReadCost(),
  });
  return newest;
}

/** Each reason as one line. */
export function reasonLines(graded: GradedCheckpoint | undefined): string[] {
  return graded?.reasons.map(({ file, severity, says }) => `${severity}: ${file} ${says}`) ?? [];
}
