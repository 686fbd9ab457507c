import type { CheckpointFolder } from '../folders.ts';
import { type Graded, type Grading, grader } from './grade.ts';

/** One checkpoint, and what looking at it has cost. */
export interface GradedEach extends Graded {
  /** From its marker to `trainedUntil`; absent where no marker was written. */
  readonly ageMinutes?: number;
  readonly bytesRead: number;
  readonly requests: number;
}

/** Every one of the newest `limit` checkpoints, where a recovery stops at the first good one. Highest step first. */
export async function* gradeEach(
  grading: Grading,
  folders: readonly CheckpointFolder[],
  limit: number,
): AsyncGenerator<GradedEach> {
  const grade = grader(grading);
  const { tally, trainedUntil } = grading;
  for (const index of folders.slice(0, limit).keys()) {
    const { bytes, requests } = tally;
    const graded = await grade(folders, index);
    const { committedAt } = graded;
    yield {
      ...graded,
      ...(committedAt !== undefined && { ageMinutes: Math.max(0, (trainedUntil - committedAt) / 60_000) }),
      bytesRead: tally.bytes - bytes,
      requests: tally.requests - requests,
    };
  }
}
