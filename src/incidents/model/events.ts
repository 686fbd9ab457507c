import { z } from 'zod';
import { IncidentKind } from '../../playbooks/define.ts';
import { autopilotEvents } from './autopilot/autopilot-events.ts';
import { chargeEvents } from './charge-events.ts';
import { configEvents } from './config/config-events.ts';
import { DrillMark } from './drills/drill-mark.ts';
import { ChangesHalted, ChangesResumed, SilenceScope } from './hold.ts';
import { postmortemEvents } from './postmortem-events.ts';
import { Actor, stepEvents } from './step-events.ts';

export { Actor } from './step-events.ts';

/** The events of an incident's journal. An event records what happened and never changes. */

/** A parsed alarm, whichever path delivered it. */
export const Alarm = z.object({
  source: z.enum(['cloudwatch-alarm', 'sagemaker-event', 'rpo-watch', 'person']),
  /** The alarm's name, or the event's text. */
  name: z.string(),
  reason: z.string(),
  /** The job it is about, if that is not the incident's first job: for example one that the incident launched. */
  job: z.string().optional(),
  /** The failure of a job that a change in progress launched: its playbook starts when the change has ended. */
  kind: IncidentKind.optional(),
  /** When the state changed, in ms. Alarms are ordered by this, not by arrival. */
  at: z.number(),
});
export type Alarm = z.infer<typeof Alarm>;

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
  drill: DrillMark.optional(),
});
export type Opened = z.infer<typeof Opened>;

/** How a person closed an incident without a recovery. One started by `mistake` stays out of all figures. */
export const CloseOutcome = z.enum(['not-a-problem', 'duplicate', 'given-up', 'mistake']);
export type CloseOutcome = z.infer<typeof CloseOutcome>;

/** Every time (`at`, `until`) is in ms since the epoch. */
export const IncidentEvent = z.discriminatedUnion('type', [
  Opened,
  z.object({ type: z.literal('alarm-joined'), alarm: Alarm }),
  /** The alarm has been OK since `alarm.at`. */
  z.object({ type: z.literal('alarm-cleared'), alarm: Alarm }),
  /** The alarm changes so often that its changes are not recorded until it is stable. */
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
    at: z.number(),
  }),
  /** One more job joined an incident about many jobs. */
  z.object({
    type: z.literal('job-joined'),
    job: z.string(),
    tier: z.string(),
    kind: IncidentKind,
    /** The objectives of its tier; absent in older journals. */
    promise: z.object({ rtoMinutes: z.number(), rpoMinutes: z.number() }).optional(),
    at: z.number(),
    /** Its own incident, if somebody had already started work there. */
    own: z.string().optional(),
  }),
  /** The incident's thread is held back until `until`, in ms, or until `released`. */
  z.object({ type: z.literal('held'), hold: z.string(), name: z.string(), until: z.number() }),
  z.object({ type: z.literal('released'), why: z.string(), by: Actor.optional() }),
  /** A silence: new threads in `scope`, relative to this incident, are held back until `until`. */
  z.object({
    type: z.literal('snoozed'),
    number: z.number().int().positive(),
    scope: SilenceScope,
    until: z.number(),
    why: z.string(),
    by: Actor,
  }),
  ChangesHalted,
  ChangesResumed,
  z.object({ type: z.literal('snooze-ended'), number: z.number().int().positive(), by: Actor }),
  z.object({
    type: z.literal('playbook-started'),
    playbook: z.string(),
    steps: z.array(z.string()).min(1),
    by: Actor.optional(),
    /** The job that the playbook is about: one that this incident launched and that failed too. */
    job: z.string().optional(),
    /** The kind of failure, if it is known better now. */
    kind: IncidentKind.optional(),
    why: z.string().optional(),
    /** When the job failed, if the incident was only a warning so far. */
    failedAt: z.number().optional(),
    /** True if a person chose it in a form of the previous playbook. */
    chosen: z.boolean().optional(),
  }),
  ...stepEvents,
  ...chargeEvents,
  ...configEvents,
  ...postmortemEvents,
  ...autopilotEvents,
  /** A person opened the audit trail of the incident. */
  z.object({ type: z.literal('trail-viewed'), by: Actor }),
  z.object({ type: z.literal('refused'), step: z.string().optional(), by: Actor, why: z.string() }),
  z.object({
    type: z.literal('recovered'),
    how: z.string(),
    /** True if no playbook of the incident restored training. */
    elsewhere: z.boolean().optional(),
    by: Actor.optional(),
  }),
  /** A person reports how the incident ended without a recovery. After that it may be closed. */
  z.object({ type: z.literal('outcome-told'), says: z.string(), by: Actor.optional() }),
  /** The time of the failure, read from AWS. A person's command carries only the time of the command. */
  z.object({
    type: z.literal('failure-dated'),
    at: z.number(),
    /** The kind of failure, if it is known better now. */
    kind: IncidentKind.optional(),
  }),
  /** The recovery did not last. The clock still runs from the first failure, and the next attempt begins. */
  z.object({
    type: z.literal('reopened'),
    job: z.string(),
    why: z.string(),
    at: z.number(),
    /** Set if a person reopened it, also after an end without a recovery. */
    by: Actor.optional(),
  }),
  /** `into`: the incident that this one was merged into. */
  z.object({
    type: z.literal('closed'),
    why: z.string(),
    into: z.string().optional(),
    outcome: CloseOutcome.optional(),
    by: Actor.optional(),
  }),
  /**
   * Read, never recorded: an event that a newer version of Relight recorded, during an upgrade or before one was undone.
   * The journal keeps it as it is, and it changes nothing that this version does.
   */
  z.object({ type: z.literal('unknown-event'), name: z.string() }),
]);
export type IncidentEvent = z.infer<typeof IncidentEvent>;
/** Events that are only recorded: they do not change what the incident does. */
export type Note = Extract<
  IncidentEvent,
  {
    type:
      | 'refused'
      | 'request-viewed'
      | 'trail-viewed'
      | 'aws-called'
      | 'result-not-archived'
      | 'unknown-event';
  }
>;
export type EventOf<T extends IncidentEvent['type']> = Extract<IncidentEvent, { type: T }>;

const types: ReadonlySet<string> = new Set(IncidentEvent.options.map(({ shape }) => shape.type.value));

function orUnknown(event: unknown): unknown {
  const type = z.looseObject({ type: z.string() }).safeParse(event).data?.type;
  return type === undefined || types.has(type) ? event : { type: 'unknown-event', name: type };
}

/** One line of the journal. `hash` covers the fields before it; `proof`: who wrote it, absent in older journals. */
export const Entry = z.object({
  seq: z.number().int().nonnegative(),
  at: z.number(),
  event: z.preprocess(orUnknown, IncidentEvent),
  prev: z.string(),
  hash: z.string(),
  proof: z.object({ mac: z.string(), sig: z.string().optional() }).optional(),
});
export type Entry = z.infer<typeof Entry>;
