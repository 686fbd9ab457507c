import { z } from 'zod';
import { OpsError } from '../../errors.ts';
import { minutes } from '../../in-words.ts';
import { inWords } from '../checkpoint-finding.ts';
import { nameOf } from '../folders.ts';
import { Graded } from './grade.ts';
import { choose } from './walk-back.ts';

/** The checkpoint to resume from, and why the newer ones were struck out. */
export const Verdict = z.object({
  chosen: Graded.extend({
    grade: z.enum(['valid', 'degraded']),
    committedAt: z.number(),
    /** From its marker to the moment when training stopped: what is lost. */
    ageMinutes: z.number(),
  }),
  struck: z.array(Graded),
  newestStep: z.number().int(),
  isNewest: z.boolean(),
  /** Steps between the highest folder and the chosen one. */
  stepsLost: z.number().int(),
  rpoMinutes: z.number(),
  overRpo: z.boolean(),
});
export type Verdict = z.infer<typeof Verdict>;

/** Throws `no-checkpoint` when none of them can be resumed from. */
export function verdictOf(graded: readonly Graded[], trainedUntil: number, rpoMinutes: number): Verdict {
  const chosen = choose(graded, rpoMinutes);
  const newestStep = graded[0]?.step ?? 0;
  if (chosen?.committedAt === undefined || (chosen.grade !== 'valid' && chosen.grade !== 'degraded'))
    throw new OpsError('no-checkpoint', `none of ${graded.length}: ${graded.map(struckInWords).join('; ')}`);
  const { grade, committedAt } = chosen;
  const ageMinutes = Math.max(0, (trainedUntil - committedAt) / 60_000);
  return {
    chosen: { ...chosen, grade, committedAt, ageMinutes },
    struck: graded.filter(({ uri, step }) => uri !== chosen.uri && step >= chosen.step),
    newestStep,
    isNewest: chosen.step === newestStep,
    stepsLost: newestStep - chosen.step,
    rpoMinutes,
    overRpo: ageMinutes > rpoMinutes,
  };
}

/** `checkpoint-1300 is invalid: model.safetensors was cut: …`. */
export function struckInWords({ uri, grade, reasons }: Graded): string {
  const [worst, ...more] = reasons;
  const why = worst === undefined ? '' : `: ${inWords(worst)}`;
  return `${nameOf(uri)} is ${grade}${why}${more.length === 0 ? '' : ` (and ${more.length} more)`}`;
}

export function ageInWords({ chosen, overRpo, rpoMinutes }: Verdict): string {
  return `${minutes(chosen.ageMinutes)}, ${overRpo ? 'over' : 'within'} the RPO of ${minutes(rpoMinutes)}`;
}
