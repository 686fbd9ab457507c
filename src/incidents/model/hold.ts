import { z } from 'zod';
import { Actor } from './step-events.ts';

/** Which new threads a silence holds back, relative to the incident it was set on. */
export const SilenceScope = z.enum(['job', 'kind', 'tier', 'everything']);
export type SilenceScope = z.infer<typeof SilenceScope>;

/** A person's request to hold back new threads for a while, `until` a time in ms. */
export interface Silence {
  /** 1 for the incident's first silence. */
  readonly number: number;
  readonly scope: SilenceScope;
  readonly until: number;
  readonly why: string;
  readonly by: string;
  readonly ended: boolean;
}

/** Holds back new threads `until` a time in ms: a maintenance window of relight.yaml, or a silence. */
export interface Hold {
  /** Unique for each opening of a window and for each silence; safe to use in the id of a notice. */
  readonly id: string;
  readonly name: string;
  readonly until: number;
}

/** All changes are halted. `since` identifies the halt, which many incidents record. */
export const ChangesHalted = z.object({
  type: z.literal('changes-halted'),
  since: z.number(),
  why: z.string(),
  source: z.enum(['command', 'file', 'variable']),
  by: Actor.optional(),
});

export const ChangesResumed = z.object({
  type: z.literal('changes-resumed'),
  since: z.number(),
  by: Actor.optional(),
});
