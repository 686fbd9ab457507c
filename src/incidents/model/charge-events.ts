import { z } from 'zod';
import { Call } from './calls/call.ts';
import { escalationEvents } from './calls/escalation-events.ts';
import { DrillScore } from './drills/drill-mark.ts';
import { Actor } from './step-events.ts';

/** The events about who is in charge of an incident, and about its pauses, its followers and its attempts. */
export const chargeEvents = [
  z.object({ type: z.literal('taken'), by: Actor }),
  /** `to`: the Slack ID of the new responder. */
  z.object({ type: z.literal('handed-over'), to: z.string(), by: Actor }),
  /** Nobody has taken the incident for `minutes`, so Relight calls people in the thread. */
  z.object({
    type: z.literal('take-reminded'),
    number: z.number().int().positive(),
    minutes: z.number().nonnegative(),
    call: Call,
  }),
  z.object({ type: z.literal('paused'), why: z.string(), by: Actor }),
  z.object({ type: z.literal('unpaused'), by: Actor }),
  /** A person names the job that replaced the failed one. Relight follows it to its end. */
  z.object({ type: z.literal('job-took-over'), job: z.string(), by: Actor }),
  z.object({
    type: z.literal('follow-ended'),
    job: z.string(),
    status: z.enum(['Completed', 'Failed', 'Stopped', 'Deleted']),
  }),
  /** Another incident was closed as a duplicate of this one. */
  z.object({ type: z.literal('duplicate-joined'), incident: z.string(), job: z.string(), by: Actor }),
  /** The address of the thread of another incident that this one names. */
  z.object({ type: z.literal('linked'), incident: z.string(), link: z.url() }),
  /** So many attempts did not last that Relight proposes no further one before a person decides. */
  z.object({ type: z.literal('attempts-spent'), attempts: z.number().int().positive(), call: Call }),
  z.object({ type: z.literal('attempt-allowed'), by: Actor }),
  ...escalationEvents,
  /** `by` may make one change without the needed approvers until `until`, in ms. `call`: the people who are told. */
  z.object({ type: z.literal('glass-broken'), why: z.string(), until: z.number(), call: Call, by: Actor }),
  /** A person called for help: the contacts of the tier are mentioned in the thread. */
  z.object({ type: z.literal('help-called'), call: Call, by: Actor }),
  /** A drill has ended. */
  z.object({ type: z.literal('drill-scored'), score: DrillScore }),
] as const;
