import { z } from 'zod';
import { FailedJob } from './recovery-series.ts';
import { Surroundings } from './surroundings.ts';
import { traitKinds } from './traits.ts';

const Suspect = z.object({
  kind: z.enum(traitKinds),
  value: z.string(),
  failedWith: z.number().int(),
  healthyWith: z.number().int(),
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
    foreign: z.number().int(),
    replaced: z.number().int(),
    stoppedByPeople: z.number().int(),
    unseen: z.number().int(),
  }),
  /** Whether there are more jobs than were listed. */
  cut: z.boolean(),
  cause: z.object({
    failed: z.number().int(),
    healthy: z.number().int(),
    suspects: z.array(Suspect),
    shared: z.array(Suspect).default([]),
    sameFailure: z.object({ text: z.string(), jobs: z.number().int() }).optional(),
    window: z.object({ from: z.number(), to: z.number(), jobs: z.number().int() }).optional(),
  }),
});
export type Assessment = z.infer<typeof Assessment>;
