import { z } from 'zod';
import { Actor } from '../step-events.ts';

/** What the runs of a step that Autopilot approved, or would have approved, came to. */
export const Earned = z.object({
  succeeded: z.number().int().nonnegative(),
  failed: z.number().int().nonnegative(),
});
export type Earned = z.infer<typeof Earned>;

const ofAttempt = { step: z.string(), attempt: z.number().int().positive() };
const ofRequest = { ...ofAttempt, hash: z.string() };

/** The events of Autopilot, which approves a request by a setting of relight.yaml instead of by a person. */
export const autopilotEvents = [
  /** It would have approved the request. `demoted`: why it only suggests, although relight.yaml allows more. */
  z.object({
    type: z.literal('autopilot-suggested'),
    ...ofRequest,
    earned: Earned,
    demoted: z.string().optional(),
    /** The next mode, if its record is good enough for that. */
    next: z.enum(['veto', 'auto']).optional(),
  }),
  /** It approves the request at `until` unless a person holds it. */
  z.object({
    type: z.literal('autopilot-armed'),
    ...ofRequest,
    until: z.number(),
    earned: Earned,
    next: z.literal('auto').optional(),
  }),
  z.object({ type: z.literal('autopilot-held'), ...ofAttempt, by: Actor }),
  /** It leaves the request to people. */
  z.object({ type: z.literal('autopilot-disarmed'), ...ofRequest, why: z.string() }),
  z.object({ type: z.literal('autopilot-approved'), ...ofRequest, mode: z.enum(['veto', 'auto']) }),
  /** The change that it approved failed, so it only suggests until a lead resets it. */
  z.object({ type: z.literal('autopilot-demoted'), ...ofAttempt, why: z.string() }),
] as const;
