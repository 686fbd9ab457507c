import { z } from 'zod';
import { Actor } from '../step-events.ts';
import { Call } from './call.ts';

/**
 * Whom an escalation calls, in rising order. `predicted` calls the leads because the RTO will probably be missed; `lead`
 * calls them because most of the time is used.
 */
export const escalationLevels = ['responder', 'predicted', 'lead', 'contacts'] as const;
const Level = z.enum(escalationLevels);
export type EscalationLevel = z.infer<typeof Level>;

export const pageActions = ['trigger', 'acknowledge', 'resolve'] as const;
const PageAction = z.enum(pageActions);
export type PageAction = z.infer<typeof PageAction>;

/** The events about people who are called because the RTO runs out. */
export const escalationEvents = [
  z.object({
    type: z.literal('escalated'),
    level: Level,
    /** 1 is the first call of the level; higher numbers are repetitions. */
    number: z.number().int().positive(),
    /** How much of the RTO was used. */
    percent: z.number().int().nonnegative(),
    deadline: z.number(),
    /** Set if the level is `predicted`. */
    predictedRecoveryAt: z.number().optional(),
    call: Call,
    /** Whether the on-call tool is paged too. */
    pages: z.boolean(),
  }),
  z.object({ type: z.literal('escalation-acknowledged'), level: Level, by: Actor }),
  /** The on-call tool has answered. `first` is the position in the journal of the level's first call. */
  z.object({
    type: z.literal('paged'),
    level: Level,
    first: z.number().int().nonnegative(),
    action: PageAction,
    number: z.number().int().positive(),
    /** Why the tool refused it for good; absent if it accepted the page. */
    refused: z.string().optional(),
  }),
] as const;
