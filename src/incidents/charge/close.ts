import type { Playbook } from '../../playbooks/define.ts';
import { isChanging } from '../choose-playbook.ts';
import { type ClickResult, noChange, recorded } from '../click-result.ts';
import type { Decision } from '../journal/store.ts';
import type { Actor, IncidentEvent } from '../model/events.ts';
import { type Incident, isEndKnown, runOf } from '../model/incident.ts';
import type { Move } from './move.ts';

/** A job that exists in AWS. */
export interface NamedJob {
  readonly name: string;
  /** It trains now, or it has completed. */
  readonly trains: boolean;
}

/** How a person closes an incident, with what the outcome needs. */
export type CloseRequest =
  | { readonly outcome: 'recovered'; readonly job: NamedJob }
  /** What failed is no single job, so a person says how it was recovered. */
  | { readonly outcome: 'recovered'; readonly job?: never; readonly why: string }
  | { readonly outcome: 'duplicate'; readonly into: string; readonly why: string }
  | { readonly outcome: 'not-a-problem' | 'given-up' | 'mistake'; readonly why: string };

/** Whether the playbook continues after the end: it asks its closing questions and then closes the incident. */
export function asksAfterwards(incident: Incident, playbook: Playbook | undefined): boolean {
  return playbook?.stepsIn(runOf(incident)) !== undefined;
}

/** `asksMore`: the playbook still asks its closing questions, and then the incident closes. */
export function close(
  incident: Incident,
  { by, authorize }: Move,
  request: CloseRequest,
  asksMore: boolean,
): Decision<ClickResult> {
  const unavailable = whyNotClose(incident);
  if (unavailable !== undefined) return noChange(unavailable);
  const events = endEvents(incident, request, by, asksMore);
  const what = events.some(({ type }) => type === 'closed')
    ? 'incident-closed'
    : isFollowedOnly(events)
      ? 'followed'
      : 'outcome-told';
  return recorded(authorize, 'responder', what, ...events);
}

/** Undefined if a person may close it now. A change in AWS must end first. */
export function whyNotClose(incident: Incident): ClickResult | undefined {
  if (incident.closed !== undefined) return { kind: 'closed', ...incident.closed };
  if (isEndKnown(incident)) return { kind: 'end-known' };
  return isChanging(incident) ? { kind: 'change-under-way' } : undefined;
}

/** Whether a person started it and nothing has happened yet, so that it can be closed as started by mistake. */
export function mayBeMistake({ alarms, states, attempts }: Incident): boolean {
  const isChanged = Object.values(states).some(
    (state) =>
      state.status === 'changing' ||
      state.status === 'canceled' ||
      (state.status === 'done' && state.proposal !== undefined),
  );
  return alarms.every(({ source }) => source === 'person') && attempts.length === 0 && !isChanged;
}

function endEvents(
  incident: Incident,
  request: CloseRequest,
  by: Actor,
  asksMore: boolean,
): readonly IncidentEvent[] {
  const { outcome } = request;
  if (outcome === 'recovered' && request.job !== undefined) {
    const { name: job, trains } = request.job;
    const named = { type: 'job-took-over', job, by } as const;
    return trains ? [named, ...recoveredEvents(byJob(incident, job), by, asksMore)] : [named];
  }
  const { why } = request;
  if (outcome === 'recovered') return recoveredEvents(`A person says: ${why}`, by, asksMore);
  if (outcome === 'duplicate') {
    const { into } = request;
    return [{ type: 'closed', why: worded(`duplicate of ${into}`, why), into, outcome, by }];
  }
  const closed = { type: 'closed', why: worded(outcomeWords[outcome], why), outcome, by } as const;
  if (outcome !== 'given-up') return [closed];
  const told = { type: 'outcome-told', says: closed.why, by } as const;
  return asksMore ? [told] : [told, closed];
}

const outcomeWords = {
  'not-a-problem': 'not a problem',
  'given-up': 'given up',
  mistake: 'started by mistake',
} as const;

function worded(outcome: string, why: string): string {
  return why === '' ? outcome : `${outcome}: ${why}`;
}

/** What a recovery by the job that a person named reads like. */
export function byJob({ subject }: Pick<Incident, 'subject'>, job: string): string {
  return job === subject ? `${job} is training again` : `${job} has taken over from ${subject}`;
}

/** A recovery that no playbook made. Without closing questions it closes the incident. */
export function recoveredEvents(
  how: string,
  by: Actor | undefined,
  asksMore: boolean,
): readonly IncidentEvent[] {
  const person = by === undefined ? {} : { by };
  const recovered = { type: 'recovered', how, elsewhere: true, ...person } as const;
  return asksMore ? [recovered] : [recovered, { type: 'closed', why: how, ...person }];
}

function isFollowedOnly(events: readonly IncidentEvent[]): boolean {
  return events.length === 1 && events[0]?.type === 'job-took-over';
}
