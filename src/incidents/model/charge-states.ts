import { chargeEvents } from './charge-events.ts';
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
  /** Incidents that were closed as duplicates of this one. */
  readonly duplicates?: readonly string[];
  /** Addresses of the threads of other incidents, by incident. */
  readonly links?: { readonly [incident: string]: string };
  readonly chargeNotes?: readonly ChargeNote[];
}

export type ChargeEvent = Extract<IncidentEvent, { type: ChargeType }>;
type ChargeType = (typeof chargeEvents)[number]['shape']['type']['value'];

const types: ReadonlySet<string> = new Set(chargeEvents.map(({ shape }) => shape.type.value));

export function isChargeEvent(event: IncidentEvent): event is ChargeEvent {
  return types.has(event.type);
}

type WithAttempts = Charge & { readonly attempts: readonly unknown[] };

export function afterChargeEvent(charge: WithAttempts, event: ChargeEvent, at: number): Charge {
  switch (event.type) {
    case 'taken':
      return { responder: { user: event.by.user, since: at, how: 'took' } };
    case 'handed-over':
      return { responder: { user: event.to, since: at, how: 'handed-over' } };
    case 'paused':
      return { paused: { by: event.by.user, at, why: event.why } };
    case 'unpaused':
      return { paused: undefined };
    case 'job-took-over':
      return { follows: { job: event.job, by: event.by.user, at } };
    case 'follow-ended':
      return { follows: charge.follows && { ...charge.follows, ended: event.status } };
    case 'duplicate-joined':
      return { duplicates: [...(charge.duplicates ?? []), event.incident] };
    case 'linked':
      return { links: { ...charge.links, [event.incident]: event.link } };
    case 'attempts-spent':
      return { attemptsSpent: charge.attempts.length };
    case 'attempt-allowed':
      return { attemptsAllowed: charge.attempts.length };
    case 'take-reminded':
      return {};
  }
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
