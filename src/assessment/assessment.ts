import { z } from 'zod';
import { FailedJob } from './recovery-series.ts';
import { Surroundings } from './surroundings.ts';
import { traitKinds } from './traits.ts';

/** A trait, and how many of the failed and of the healthy jobs have it. */
const Suspect = z.object({
  kind: z.enum(traitKinds),
  value: z.string(),
  failedWith: z.number().int(),
  healthyWith: z.number().int(),
  /** The probability of this by chance alone. */
  chance: z.number(),
});

/** A snapshot of the whole Region. */
export const Assessment = Surroundings.extend({
  since: z.number(),
  /** In recovery order. */
  failed: z.array(FailedJob.extend({ trouble: z.string().optional() })),
  /** The jobs to recover, one after the other. */
  series: z.array(FailedJob),
  counts: z.object({
    listed: z.number().int(),
    running: z.number().int(),
    /** No pattern in relight.yaml matches their names. */
    foreign: z.number().int(),
    /** Ended, and recovered by a newer job. */
    replaced: z.number().int(),
    stoppedByPeople: z.number().int(),
    /** Failed, but not examined because there are too many. */
    unseen: z.number().int(),
  }),
  /** Whether there are more jobs than were listed. */
  cut: z.boolean(),
  cause: z.object({
    failed: z.number().int(),
    healthy: z.number().int(),
    /** Empty if no common cause was found. Several if the examined jobs do not tell them apart. */
    suspects: z.array(Suspect),
    /** Traits of all failed jobs and of no healthy one, if there are too few healthy jobs to be sure. */
    shared: z.array(Suspect).default([]),
    /** The error that most of them have in the same words. */
    sameFailure: z.object({ text: z.string(), jobs: z.number().int() }).optional(),
    /** Set if most of the failures are close together in time. */
    window: z.object({ from: z.number(), to: z.number(), jobs: z.number().int() }).optional(),
  }),
});
export type Assessment = z.infer<typeof Assessment>;
