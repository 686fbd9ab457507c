import type { CheckpointFolder } from '../folders.ts';
import { type Graded, type Grading, grader } from './grade.ts';

export interface Walk extends Grading {
  /** Highest step first. */
  readonly folders: readonly CheckpointFolder[];
  readonly rpoMinutes: number;
}

/**
 * Grades from the newest checkpoint back, until one is valid, one is pending, or whatever comes is too old to win
 * over a degraded one that was met already.
 */
export async function walkBack(walk: Walk): Promise<Graded[]> {
  const grade = grader(walk);
  const graded: Graded[] = [];
  for (const index of walk.folders.keys()) {
    const next = await grade(walk.folders, index);
    graded.push(next);
    if (next.grade === 'valid' || next.grade === 'pending' || tooOld(next, graded, walk.rpoMinutes)) break;
  }
  return graded;
}

/** A valid checkpoint wins over a newer degraded one, unless that costs more than twice the RPO. */
export function choose(graded: readonly Graded[], rpoMinutes: number): Graded | undefined {
  const valid = graded.find(({ grade }) => grade === 'valid');
  const degraded = graded.find(({ grade }) => grade === 'degraded');
  if (valid === undefined || degraded === undefined) return valid ?? degraded;
  const costMs = (degraded.committedAt ?? 0) - (valid.committedAt ?? 0);
  return degraded.step > valid.step && costMs > twice(rpoMinutes) ? degraded : valid;
}

function twice(rpoMinutes: number): number {
  return 2 * rpoMinutes * 60_000;
}

function tooOld(last: Graded, graded: readonly Graded[], rpoMinutes: number): boolean {
  const degraded = graded.find(({ grade }) => grade === 'degraded');
  if (degraded?.committedAt === undefined || last.committedAt === undefined) return false;
  return degraded.committedAt - last.committedAt > twice(rpoMinutes);
}
