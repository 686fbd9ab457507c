import type { Role } from '../../playbooks/define.ts';
import type { Answer, Judge } from '../decisions.ts';
import type { Decision } from '../journal/store.ts';
import type { Actor } from '../model/events.ts';
import type { Snooze, SnoozeScope } from '../model/hold.ts';
import type { Incident } from '../model/incident.ts';
import type { Failing, Hold } from './holds.ts';

export interface SnoozeWish {
  readonly scope: SnoozeScope;
  readonly minutes: number;
  readonly why: string;
}

/** Silence about one job is a responder's to ask for; about more than that a lead's. */
export function roleToSnooze(scope: SnoozeScope): Role {
  return scope === 'job' ? 'responder' : 'lead';
}

export function isActive(snooze: Snooze | undefined, now: number): snooze is Snooze {
  return snooze !== undefined && !snooze.ended && now < snooze.until;
}

/** The number that the next snooze of the incident has. */
export function nextSnooze({ snooze }: Pick<Incident, 'snooze'>): number {
  return (snooze?.number ?? 0) + 1;
}

interface Pressed {
  /** The snooze that the person had in front of them. */
  readonly number: number;
  readonly by: Actor;
  readonly judge: Judge;
  readonly now: number;
}

export function snooze(
  incident: Incident,
  { number, by, judge, now }: Pressed,
  { scope, minutes, why }: SnoozeWish,
): Decision<Answer> {
  const { closed, snooze: before } = incident;
  if (closed !== undefined) return nothing({ kind: 'closed', why: closed.why });
  if (isActive(before, now)) return nothing({ kind: 'taken', by: before.by });
  if (number !== nextSnooze(incident)) return nothing({ kind: 'old-copy' });
  const verdict = judge({ effect: 'other', role: roleToSnooze(scope), approvedBy: [] });
  if (!verdict.allowed) return nothing({ kind: 'refused', says: verdict.says });
  const until = now + minutes * 60_000;
  return {
    events: [{ type: 'snoozed', number, scope, until, why, by }],
    answer: { kind: 'recorded', what: 'snoozed' },
  };
}

/** Whoever may ask for silence about one job may end any silence: that only shows more. */
export function endSnooze(
  { snooze: before }: Incident,
  { number, by, judge, now }: Pressed,
): Decision<Answer> {
  if (before?.number !== number || !isActive(before, now)) return nothing({ kind: 'old-copy' });
  const verdict = judge({ effect: 'other', role: 'responder', approvedBy: [] });
  if (!verdict.allowed) return nothing({ kind: 'refused', says: verdict.says });
  return {
    events: [{ type: 'snooze-ended', number, by }],
    answer: { kind: 'recorded', what: 'snooze-ended' },
  };
}

/** Opens the thread of an incident that is held back. */
export function letThrough(
  incident: Incident,
  { by, judge }: Pick<Pressed, 'by' | 'judge'>,
): Decision<Answer> {
  const { closed, held } = incident;
  if (closed !== undefined) return nothing({ kind: 'closed', why: closed.why });
  if (held === undefined) return nothing({ kind: 'not-held' });
  const verdict = judge({ effect: 'other', role: 'responder', approvedBy: [] });
  if (!verdict.allowed) return nothing({ kind: 'refused', says: verdict.says });
  return {
    events: [{ type: 'released', why: 'a person asked for its thread', by }],
    answer: { kind: 'recorded', what: 'let-through' },
  };
}

function nothing(answer: Answer): Decision<Answer> {
  return { events: [], answer };
}

/** The hold that the incident's snooze is over such a failure. */
export function snoozeOver(incident: Incident, failing: Failing, now: number): Hold | undefined {
  const { id, snooze: active } = incident;
  if (!isActive(active, now) || !covers(incident, active.scope, failing)) return undefined;
  return { id: `snooze-${id}-${active.number}`, name: `Snooze on ${id}`, until: active.until };
}

function covers(incident: Incident, scope: SnoozeScope, { job, kind, tier }: Failing): boolean {
  switch (scope) {
    case 'job':
      return [incident.job, incident.subject, ...incident.board.map((row) => row.job)].includes(job);
    case 'kind':
      return [incident.kind, ...incident.board.map((row) => row.kind)].includes(kind);
    case 'tier':
      return incident.tier === tier;
    case 'everything':
      return true;
    default:
      return scope satisfies never;
  }
}
