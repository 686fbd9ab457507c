import { count, minutes } from '../../in-words.ts';
import type { Checkpoints } from '../../ports/ports.ts';
import { type CheckpointFinding, findingInWords } from '../checkpoint-finding.ts';
import { type CheckpointFolder, nameOf } from '../folders.ts';
import { ReadCost } from '../formats/ranged-file.ts';
import { layoutWords } from '../layouts/detect.ts';
import type { CheckpointSelection } from '../select-checkpoints.ts';
import { type GradedCheckpoint, type GradingContext, grader } from './grade.ts';

/** One graded checkpoint and the S3 reads it cost. */
export interface GradedWithCost extends GradedCheckpoint {
  /** From its marker to `trainedUntil`; absent if no marker was written. */
  readonly ageMinutes?: number;
  readonly bytesRead: number;
  readonly requests: number;
}

/** Grades all of the newest `limit` checkpoints, whereas a recovery stops at the first good one. Highest step first. */
export async function* gradeEach(
  grading: GradingContext,
  folders: readonly CheckpointFolder[],
  limit: number,
): AsyncGenerator<GradedWithCost> {
  const grade = grader(grading);
  const { cost, trainedUntil } = grading;
  for (const index of folders.slice(0, limit).keys()) {
    const { bytes, requests } = cost;
    const graded = await grade(folders, index);
    const { committedAt } = graded;
    yield {
      ...graded,
      ...(committedAt !== undefined && { ageMinutes: Math.max(0, (trainedUntil - committedAt) / 60_000) }),
      bytesRead: cost.bytes - bytes,
      requests: cost.requests - requests,
    };
  }
}

/** Grades the newest `limit` of the checkpoints that a person asked for. */
export async function* gradeSelected(
  { folders, maxCount: most = folders.length, ...moment }: CheckpointSelection,
  limit: number,
  checkpoints: Checkpoints,
): AsyncGenerator<GradedWithCost> {
  yield* gradeEach({ ...moment, checkpoints, cost: new ReadCost() }, folders, Math.min(limit, most));
}

/** Terminal output: one line per checkpoint, followed by one line per finding. */
export function gradedInWords({ uri, step, grade, layout, reasons, ageMinutes }: GradedWithCost): string[] {
  const age = ageMinutes === undefined ? 'never finished' : `${minutes(ageMinutes)} old`;
  return [
    `${nameOf(uri)}: ${grade}, step ${count(step)}, ${age}, ${layoutWords(layout)}`,
    ...reasons.map((reason) => `  ${reason.severity}: ${findingInWords(reason)}`),
  ];
}

/** JSON output for scripts, whose keys must not change. `ageMinutes` is null if the checkpoint was never finished. */
export interface GradedForScripts {
  readonly uri: string;
  readonly step: number;
  readonly layout: string;
  readonly grade: string;
  readonly reasons: readonly CheckpointFinding[];
  readonly ageMinutes: number | null;
  readonly bytesRead: number;
  readonly requests: number;
}

export function forScripts(graded: GradedWithCost): GradedForScripts {
  const { uri, step, layout, grade, reasons, ageMinutes = null, bytesRead, requests } = graded;
  return { uri, step, layout, grade, reasons, ageMinutes, bytesRead, requests };
}
