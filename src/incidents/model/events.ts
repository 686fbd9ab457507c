import { z } from 'zod';
import { IncidentKind, Role } from '../../playbooks/define.ts';
import { Proposal } from '../../ports/step-output.ts';
import { SilenceScope } from './hold.ts';

/** Everything that can be in an incident's journal. An event says what happened; it is never changed afterwards. */

/** Who did it: a Slack user id with the way they took, or Relight itself. */
export const Actor = z.object({ user: z.string(), via: z.enum(['button', 'form', 'command']) });
export type Actor = z.infer<typeof Actor>;

/** An alarm after parsing, whatever path brought it. */
export const Alarm = z.object({
  source: z.enum(['cloudwatch-alarm', 'sagemaker-event', 'rpo-watch', 'person']),
  /** The alarm's name, or what the event said. */
  name: z.string(),
  reason: z.string(),
  /** What it is about, where that is not what the incident opened for: a job that the incident launched. */
  job: z.string().optional(),
  /** When the state changed, in ms: the order of alarms, whatever the order of their arrival. */
  at: z.number(),
});
export type Alarm = z.infer<typeof Alarm>;

const attempt = z.number().int().positive();
const step = z.string();

export const Opened = z.object({
  type: z.literal('opened'),
  incident: z.string(),
  job: z.string(),
  region: z.string(),
  tier: z.string(),
  kind: IncidentKind,
  rtoMinutes: z.number(),
  rpoMinutes: z.number(),
  alarm: Alarm,
});
export type Opened = z.infer<typeof Opened>;

export const IncidentEvent = z.discriminatedUnion('type', [
  Opened,
  z.object({ type: z.literal('alarm-joined'), alarm: Alarm }),
  /** It is OK again; `alarm.at` is when. */
  z.object({ type: z.literal('alarm-cleared'), alarm: Alarm }),
  /** It changes so often that its changes are no news until it settles. */
  z.object({
    type: z.literal('alarm-flapping'),
    name: z.string(),
    changes: z.number().int().positive(),
    minutes: z.number().positive(),
  }),
  z.object({
    type: z.literal('alarm-settled'),
    name: z.string(),
    state: z.enum(['ALARM', 'OK']),
    /** Since when it has been so, in ms. */
    at: z.number(),
  }),
  /** Of an incident about many jobs: one more. */
  z.object({
    type: z.literal('job-joined'),
    job: z.string(),
    tier: z.string(),
    kind: IncidentKind,
    /** What its tier promises; older journals do not tell. */
    promise: z.object({ rtoMinutes: z.number(), rpoMinutes: z.number() }).optional(),
    /** When it broke, in ms. */
    at: z.number(),
    /** Its own incident, where somebody had begun in it. */
    own: z.string().optional(),
  }),
  /** No thread is opened for it before `until`, in ms, unless it is released: somebody is at work there, or knows. */
  z.object({ type: z.literal('held'), hold: z.string(), name: z.string(), until: z.number() }),
  z.object({ type: z.literal('released'), why: z.string(), by: Actor.optional() }),
  /** New threads about what `scope` says, seen from this incident, are held back until then. */
  z.object({
    type: z.literal('snoozed'),
    number: z.number().int().positive(),
    scope: SilenceScope,
    until: z.number(),
    why: z.string(),
    by: Actor,
  }),
  z.object({ type: z.literal('snooze-ended'), number: z.number().int().positive(), by: Actor }),
  z.object({
    type: z.literal('playbook-started'),
    playbook: z.string(),
    steps: z.array(z.string()).min(1),
    by: Actor.optional(),
    /** The job that it is about from now on: one that this incident launched and that failed too. */
    job: z.string().optional(),
    /** What broke, where that is known better by now. */
    kind: IncidentKind.optional(),
    /** Why it took over from the one before. */
    why: z.string().optional(),
    /** When it broke, where until then there was only a warning. */
    failedAt: z.number().optional(),
    /** True where a person chose it in a form of the one before. */
    chosen: z.boolean().optional(),
  }),
  z.object({ type: z.literal('step-progress'), step, attempt, note: z.string() }),
  z.object({ type: z.literal('step-skipped'), step, reason: z.string() }),
  z.object({
    type: z.literal('step-proposed'),
    step,
    attempt,
    proposal: Proposal,
    hash: z.string(),
    role: Role,
    needs: z.number().int().positive(),
  }),
  z.object({ type: z.literal('step-approved'), step, attempt, hash: z.string(), by: Actor }),
  z.object({
    type: z.literal('step-lapsed'),
    step,
    attempt,
    why: z.string(),
    /** Slack ids of the people whose approvals no longer hold; absent: all of them. */
    of: z.array(z.string()).optional(),
  }),
  /** What the request relied on has changed: these steps look again, and the request is made again as a new try. */
  z.object({
    type: z.literal('step-renewed'),
    step,
    attempt,
    why: z.string(),
    steps: z.array(z.string()),
  }),
  z.object({ type: z.literal('step-begun'), step, attempt, hash: z.string() }),
  z.object({ type: z.literal('step-done'), step, attempt, result: z.unknown() }),
  z.object({
    type: z.literal('step-failed'),
    step,
    attempt,
    code: z.string(),
    says: z.string(),
    next: z.string(),
    /** Where `s3.backup` is set and the step found no checkpoint: a playbook can look there. */
    backup: z.literal(true).optional(),
  }),
  z.object({ type: z.literal('step-retried'), step, attempt, by: Actor }),
  z.object({
    type: z.literal('step-adjusted'),
    step,
    /** The new try, under a new name: the one before it was never carried out. */
    attempt,
    by: Actor,
    answers: z.record(z.string(), z.string()),
  }),
  z.object({
    type: z.literal('step-answered'),
    step,
    attempt,
    by: Actor,
    answers: z.record(z.string(), z.string()),
  }),
  /** Somebody opened the whole request of a change, or what Relight keeps of it. */
  z.object({ type: z.literal('request-viewed'), step, attempt, by: Actor }),
  z.object({ type: z.literal('refused'), step: step.optional(), by: Actor, why: z.string() }),
  z.object({
    type: z.literal('recovered'),
    how: z.string(),
    /** Training is back, and not by a playbook of the incident. */
    elsewhere: z.boolean().optional(),
    by: Actor.optional(),
  }),
  /** A person says how it ended, where training does not go on: with that it may be closed. */
  z.object({ type: z.literal('outcome-told'), says: z.string(), by: Actor.optional() }),
  /** When it really failed, read from AWS: a person's command told only when they asked. */
  z.object({
    type: z.literal('failure-dated'),
    /** In ms. */
    at: z.number(),
    /** What failed, where that is known better by now. */
    kind: IncidentKind.optional(),
  }),
  /** The recovery did not last. The clock goes on from the first failure, and what follows is the next attempt. */
  z.object({
    type: z.literal('reopened'),
    /** The job or endpoint that failed again. */
    job: z.string(),
    why: z.string(),
    /** When it failed again, in ms. */
    at: z.number(),
  }),
  /** `into`: the incident in which it goes on. */
  z.object({ type: z.literal('closed'), why: z.string(), into: z.string().optional() }),
]);
export type IncidentEvent = z.infer<typeof IncidentEvent>;

/** One line of the journal. `hash` covers everything else in it, and `prev` ties it to the line before. */
export const Entry = z.object({
  seq: z.number().int().nonnegative(),
  at: z.number(),
  event: IncidentEvent,
  prev: z.string(),
  hash: z.string(),
});
export type Entry = z.infer<typeof Entry>;
