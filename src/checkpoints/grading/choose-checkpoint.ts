import { z } from 'zod';
import { OpsError } from '../../errors.ts';
import { counted, minutes } from '../../in-words.ts';
import { findingInWords } from '../checkpoint-finding.ts';
import { type CheckpointFolder, nameOf } from '../folders.ts';
import { GradedCheckpoint, type GradingContext, grader } from './grade.ts';
import { OtherCheckpoint } from './other-checkpoints.ts';

export interface Walk extends GradingContext {
  /** Highest step first. */
  readonly folders: readonly CheckpointFolder[];
  readonly rpoMinutes: number;
}

/** Grades from the newest back, until one is valid or pending or the rest is too old to beat a degraded one. */
export async function walkBack(walk: Walk): Promise<GradedCheckpoint[]> {
  const grade = grader(walk);
  const graded: GradedCheckpoint[] = [];
  for (const index of walk.folders.keys()) {
    const next = await grade(walk.folders, index);
    graded.push(next);
    if (next.grade === 'valid' || next.grade === 'pending' || tooOld(next, graded, walk.rpoMinutes)) break;
  }
  return graded;
}

/** A valid checkpoint wins over a newer degraded one, unless that costs more than twice the RPO. */
function bestOf(graded: readonly GradedCheckpoint[], rpoMinutes: number): GradedCheckpoint | undefined {
  const valid = graded.find(({ grade }) => grade === 'valid');
  const degraded = graded.find(({ grade }) => grade === 'degraded');
  if (valid === undefined || degraded === undefined) return valid ?? degraded;
  const costMs = (degraded.committedAt ?? 0) - (valid.committedAt ?? 0);
  const isNewer = graded.indexOf(degraded) < graded.indexOf(valid);
  return isNewer && costMs > twice(rpoMinutes) ? degraded : valid;
}

function twice(rpoMinutes: number): number {
  return 2 * rpoMinutes * 60_000;
}

function tooOld(last: GradedCheckpoint, graded: readonly GradedCheckpoint[], rpoMinutes: number): boolean {
  const degraded = graded.find(({ grade }) => grade === 'degraded');
  if (degraded?.committedAt === undefined || last.committedAt === undefined) return false;
  return degraded.committedAt - last.committedAt > twice(rpoMinutes);
}

/** The checkpoint to resume from, and why newer ones were passed over. */
export const CheckpointChoice = z.object({
  chosen: GradedCheckpoint.extend({
    grade: z.enum(['valid', 'degraded']),
    committedAt: z.number(),
    /** Training time lost: from the checkpoint's marker until training stopped. */
    ageMinutes: z.number(),
    /** The checkpoints that a person may choose instead. */
    others: z.array(OtherCheckpoint).optional(),
  }),
  struck: z.array(GradedCheckpoint),
  newestStep: z.number().int(),
  isNewest: z.boolean(),
  /** Steps between the highest checkpoint and the chosen one. */
  stepsLost: z.number().int(),
  rpoMinutes: z.number(),
  overRpo: z.boolean(),
});
export type CheckpointChoice = z.infer<typeof CheckpointChoice>;

/** Throws `no-checkpoint` if none of them can be resumed from. */
export function chooseCheckpoint(
  graded: readonly GradedCheckpoint[],
  trainedUntil: number,
  rpoMinutes: number,
): CheckpointChoice {
  const chosen = bestOf(graded, rpoMinutes);
  const newestStep = graded[0]?.step ?? 0;
  if (chosen?.committedAt === undefined || (chosen.grade !== 'valid' && chosen.grade !== 'degraded'))
    throw new OpsError(
      'no-checkpoint',
      `${graded.length === 1 ? 'there is only one' : `none of ${graded.length}`}: ${graded.map(passedOverInWords).join('; ')}`,
    );
  const { grade, committedAt } = chosen;
  const ageMinutes = Math.max(0, (trainedUntil - committedAt) / 60_000);
  return {
    chosen: { ...chosen, grade, committedAt, ageMinutes },
    struck: graded.slice(0, graded.indexOf(chosen)),
    newestStep,
    isNewest: graded[0] === chosen,
    // Epochs beside steps are numbered on their own.
    stepsLost: Math.max(0, newestStep - chosen.step),
    rpoMinutes,
    overRpo: ageMinutes > rpoMinutes,
  };
}

/** `checkpoint-1300 is invalid: model.safetensors was truncated: …`. */
export function passedOverInWords({ uri, grade, reasons }: GradedCheckpoint): string {
  const [worst, ...more] = reasons;
  const why = worst === undefined ? '' : `: ${findingInWords(worst)}`;
  return `${nameOf(uri)} is ${grade}${why}${more.length === 0 ? '' : ` (and ${counted(more.length, 'more problem')})`}`;
}

export function ageInWords({ chosen, overRpo, rpoMinutes }: CheckpointChoice): string {
  return `${minutes(chosen.ageMinutes)}, ${overRpo ? 'over' : 'within'} the RPO of ${minutes(rpoMinutes)}`;
}
