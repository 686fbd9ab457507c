import { afterAcknowledgment, afterCall, afterPage, type CalledLevel } from './calls/escalation-states.ts';
import { chargeEvents } from './charge-events.ts';
import type { DrillScore } from './drills/drill-mark.ts';
import type { EventOf, IncidentEvent } from './events.ts';

/** The person who leads the recovery. */
export interface Responder {
  readonly user: string;
  readonly since: number;
  /** `acted`: nobody had taken the incident, and this person acted first. */
  readonly how: 'took' | 'acted' | 'handed-over';
}

export interface Pause {
  readonly by: string;
  readonly at: number;
  readonly why: string;
}

/** A job that a person named as the replacement of the failed one. */
export interface Followed {
  readonly job: string;
  readonly by: string;
  readonly at: number;
  readonly ended?: EventOf<'follow-ended'>['status'];
}

/** An event that the thread shows as a message of its own. */
export interface ChargeNote {
  readonly at: number;
  readonly event: IncidentEvent;
}

/** Who is in charge of the incident, and what people decided about it as a whole. */
export interface Charge {
  readonly responder?: Responder | undefined;
  readonly paused?: Pause | undefined;
  readonly follows?: Followed | undefined;
  /** The number of past attempts at which Relight stopped to propose more, and at which a person allowed one more. */
  readonly attemptsSpent?: number;
  readonly attemptsAllowed?: number;
  /** The last call for help. */
  readonly help?: { readonly by: string; readonly at: number };
  /** Incidents that were closed as duplicates of this one. */
  readonly duplicates?: readonly string[];
  /** Addresses of the threads of other incidents, by incident. */
  readonly links?: { readonly [incident: string]: string };
  readonly chargeNotes?: readonly ChargeNote[];
  /** The levels that were called, in the order of their first calls. */
  readonly called?: readonly CalledLevel[] | undefined;
  readonly glass?: Glass;
  /** The score of a drill, since `at`. */
  readonly drillScore?: DrillScore & { readonly at: number };
}

/** A person may make one change without the needed approvers until `until`. */
export interface Glass {
  readonly by: string;
  readonly at: number;
  readonly until: number;
  readonly why: string;
  /** The step whose change it was used for. */
  readonly usedFor?: string;
}

export type ChargeEvent = Extract<IncidentEvent, { type: ChargeType }>;
type ChargeType = (typeof chargeEvents)[number]['shape']['type']['value'];

const types: ReadonlySet<string> = new Set(chargeEvents.map(({ shape }) => shape.type.value));

export function isChargeEvent(event: IncidentEvent): event is ChargeEvent {
  return types.has(event.type);
}

type WithAttempts = Charge & { readonly attempts: readonly unknown[]; readonly seq: number };

/** What each event changes. */
const changes: {
  readonly [T in ChargeType]: (event: EventOf<T>, at: number, charge: WithAttempts) => Charge;
} = {
  taken: ({ by }, at) => ({ responder: { user: by.user, since: at, how: 'took' } }),
  'handed-over': ({ to }, at) => ({ responder: { user: to, since: at, how: 'handed-over' } }),
  'take-reminded': () => ({}),
  paused: ({ by, why }, at) => ({ paused: { by: by.user, at, why } }),
  unpaused: () => ({ paused: undefined }),
  'job-took-over': ({ job, by }, at) => ({ follows: { job, by: by.user, at } }),
  'follow-ended': ({ status }, _, { follows }) => ({ follows: follows && { ...follows, ended: status } }),
  'duplicate-joined': ({ incident }, _, { duplicates = [] }) => ({ duplicates: [...duplicates, incident] }),
  linked: ({ incident, link }, _, { links }) => ({ links: { ...links, [incident]: link } }),
  'attempts-spent': (_event, _at, { attempts }) => ({ attemptsSpent: attempts.length }),
  'attempt-allowed': (_event, _at, { attempts }) => ({ attemptsAllowed: attempts.length }),
  escalated: (event, at, { called, seq }) => ({ called: afterCall(called, event, at, seq) }),
  'escalation-acknowledged': (event, at, { called }) => ({ called: afterAcknowledgment(called, event, at) }),
  paged: (event, _, { called }) => ({ called: afterPage(called, event) }),
  'glass-broken': ({ by, until, why }, at) => ({ glass: { by: by.user, at, until, why } }),
  'help-called': ({ by }, at) => ({ help: { by: by.user, at } }),
  'drill-scored': ({ score }, at) => ({ drillScore: { ...score, at } }),
};

export function afterChargeEvent(charge: WithAttempts, event: ChargeEvent, at: number): Charge {
  // The table's function for an event type takes the event of that type.
  const change = changes[event.type] as (event: ChargeEvent, at: number, charge: WithAttempts) => Charge;
  return change(event, at, charge);
}

/** Events with a message in the thread, beside those of steps. */
const noted: ReadonlySet<IncidentEvent['type']> = new Set([
  'taken',
  'handed-over',
  'take-reminded',
  'paused',
  'unpaused',
  'job-took-over',
  'follow-ended',
  'duplicate-joined',
  'attempts-spent',
  'attempt-allowed',
  'escalated',
  'glass-broken',
  'step-reminded',
  'help-called',
  'autopilot-held',
  'autopilot-disarmed',
  'autopilot-approved',
  'autopilot-demoted',
  'drill-scored',
  'reopened',
  'closed',
]);

/** The notes after an event. A reopening that an alarm caused has its own step messages, and so has an automatic close. */
export function chargeNotesAfter(
  { chargeNotes: notes = [] }: Charge,
  event: IncidentEvent,
  at: number,
): readonly ChargeNote[] {
  const isAutomatic = (event.type === 'reopened' || event.type === 'closed') && event.by === undefined;
  return noted.has(event.type) && !isAutomatic ? [...notes, { at, event }] : notes;
}
