import { z } from 'zod';
import { CheckpointFolder } from '../folders.ts';
import type { GradedCheckpoint } from './grade.ts';

/** A checkpoint that a person may choose instead of the proposed one. */
export const OtherCheckpoint = CheckpointFolder.extend({
  /** Absent if it has not been checked yet: that happens once a person chooses it. */
  grade: z.enum(['valid', 'degraded']).optional(),
});
export type OtherCheckpoint = z.infer<typeof OtherCheckpoint>;

/** All but the proposed one and those that are known not to be usable, newest first. */
export function otherCheckpoints(
  folders: readonly CheckpointFolder[],
  graded: readonly GradedCheckpoint[],
  proposed: GradedCheckpoint['uri'],
): OtherCheckpoint[] {
  const grades = new Map(graded.map(({ uri, grade }) => [uri, grade]));
  return folders.flatMap((folder): OtherCheckpoint[] => {
    const grade = grades.get(folder.uri);
    if (folder.uri === proposed || grade === 'invalid' || grade === 'pending') return [];
    return [{ ...folder, ...(grade !== undefined && { grade }) }];
  });
}
