import { Tally } from '../../src/playbooks/checkpoints/ranged-file.ts';
import { type Graded, walkBack } from '../../src/playbooks/checkpoints/walk-back.ts';
import { ended, folderOf, minute } from './a-training-run.ts';
import type { MemoryCheckpoints } from './memory-checkpoints.ts';

/** Grades checkpoint-1300, with these checkpoints before it, 15 minutes after the job trained and ended. */
export async function gradeNewest(
  memory: MemoryCheckpoints,
  options: { readonly before?: readonly number[]; readonly worldSize?: number; readonly now?: number } = {},
): Promise<Graded | undefined> {
  const [newest] = await walkBack({
    checkpoints: memory,
    folders: [1300, ...(options.before ?? [])].map((step) => ({ uri: folderOf(step), step })),
    now: options.now ?? ended + 15 * minute,
    trainedUntil: ended,
    endedAt: ended,
    rpoMinutes: 30,
    worldSize: options.worldSize,
    tally: new Tally(),
  });
  return newest;
}

/** Each reason as one line. */
export function said(graded: Graded | undefined): string[] {
  return graded?.reasons.map(({ file, severity, says }) => `${severity}: ${file} ${says}`) ?? [];
}
