import { z } from 'zod';

/** The parts of the readiness, in reading order. */
export const readinessParts = {
  checkpointing: 'Checkpointing',
  alarms: 'Alarms',
  registry: 'Model registry',
  drills: 'Drills',
  postmortems: 'Postmortems',
  'follow-ups': 'Follow-ups',
} as const;
export type ReadinessPart = keyof typeof readinessParts;

/** In place of the things that were looked at, if there was no way to look. */
export const nothing = 'nothing';

/** One thing that is not as it should be, or that could not be measured, with what to do about it. Plain text. */
const ReadinessFinding = z.object({ what: z.string(), fix: z.string() });
export type ReadinessFinding = z.infer<typeof ReadinessFinding>;

export const ReadinessCheck = z.object({
  // `Object.keys` returns exactly the keys of the literal above.
  part: z.enum(Object.keys(readinessParts) as ReadinessPart[]),
  /** The things that were looked at, such as `12 jobs of the last 7 days`. */
  looked: z.string(),
  findings: z.array(ReadinessFinding),
  /** A part of the check that was not possible: nothing in it counts as ready. */
  unmeasured: z.array(ReadinessFinding),
});
export type ReadinessCheck = z.infer<typeof ReadinessCheck>;

export const ReadinessReport = z.object({
  /** When the account was looked at, in milliseconds since the epoch; 0 if it was not yet. */
  measuredAt: z.number(),
  checks: z.array(ReadinessCheck),
});
export type ReadinessReport = z.infer<typeof ReadinessReport>;

/** `not-ready`: something is to be fixed; `unknown`: nothing was found, but something could not be measured. */
export function readinessOf({ checks }: ReadinessReport): 'ready' | 'not-ready' | 'unknown' {
  if (checks.some(({ findings }) => findings.length > 0)) return 'not-ready';
  return checks.some(({ unmeasured }) => unmeasured.length > 0) ? 'unknown' : 'ready';
}
