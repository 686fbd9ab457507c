import { firstLookOf } from '../first-look-state.ts';
import type { Call } from '../model/calls/call.ts';
import { type EscalationLevel, escalationLevels } from '../model/calls/escalation-events.ts';
import { type CalledLevel, highestCalled, rankOf } from '../model/calls/escalation-states.ts';
import { rtoClock } from '../model/clock.ts';
import type { EventOf } from '../model/events.ts';
import { type Incident, isEndKnown, isOpen, isWarning } from '../model/incident.ts';

const minute = 60_000;
/** After this many calls of a level without an acknowledgment, the next ones are this many times rarer. */
const frequentCalls = 12;

/** When the people of a tier are called, and who they are. */
export interface EscalationRules {
  /** How much of the RTO is used when each level is called. */
  readonly percent: Readonly<Record<Exclude<EscalationLevel, 'predicted'>, number>>;
  readonly repeatMinutes: number;
  readonly people: Readonly<Record<'responders' | 'leads' | 'contacts', Call>>;
  /** Whether an on-call tool is configured. */
  readonly pages: boolean;
}

/**
 * The people to call now, or undefined. Call it every few seconds. The time counts from the failure. Levels that become
 * due together, for example after an outage of Relight, are one call to all their people. The highest level is repeated
 * until someone acknowledges it: a lower one is part of it. `predictedRecoveryAt`: when training is expected to run again.
 */
export function escalationDue(
  incident: Incident,
  rules: EscalationRules,
  now: number,
  predictedRecoveryAt?: number,
): EventOf<'escalated'> | undefined {
  if (!isEscalated(incident)) return undefined;
  const last = highestCalled(incident.called);
  const level = levelReached(incident, rules.percent, now, predictedRecoveryAt);
  const next = last === undefined ? 0 : rankOf(last.level) + 1;
  if (level !== undefined && rankOf(level) >= next) {
    const missed = escalationLevels.slice(next, rankOf(level) + 1);
    return called(incident, rules, { level, missed, number: 1, now, predictedRecoveryAt });
  }
  if (last === undefined || !isRepeated(incident, last, rules.repeatMinutes, now)) return undefined;
  const { level: again, number } = last;
  return called(incident, rules, {
    level: again,
    missed: [again],
    number: number + 1,
    now,
    predictedRecoveryAt,
  });
}

/**
 * Nobody is called before a failure is confirmed, for a job that still trains, after the end, or while a maintenance
 * window or a silence holds the thread back: then people have asked for quiet, and the thread opens with its calls later.
 */
function isEscalated(incident: Incident): boolean {
  if (!isOpen(incident) || isEndKnown(incident) || incident.held !== undefined) return false;
  return !isWarning(incident.kind) && firstLookOf(incident) === undefined;
}

function levelReached(
  { failedAt, rtoMinutes, paused }: Incident,
  percent: EscalationRules['percent'],
  now: number,
  predictedRecoveryAt = 0,
): EscalationLevel | undefined {
  const rto = rtoMinutes * minute;
  const isReached: Readonly<Record<EscalationLevel, boolean>> = {
    responder: now - failedAt >= (rto * percent.responder) / 100,
    predicted: predictedRecoveryAt > failedAt + rto,
    lead: now - failedAt >= (rto * percent.lead) / 100,
    contacts: now - failedAt >= (rto * percent.contacts) / 100,
  };
  return escalationLevels.findLast((level) => isReached[level] && mayCall(level, paused));
}

/** A person who paused the incident has decided to wait, but the missed RTO still reaches the tier's contacts. */
function mayCall(level: EscalationLevel, paused: Incident['paused']): boolean {
  return paused === undefined || level === 'contacts';
}

function isRepeated(
  { paused }: Incident,
  { level, number, at, acknowledged }: CalledLevel,
  repeatMinutes: number,
  now: number,
): boolean {
  if (acknowledged !== undefined || !mayCall(level, paused)) return false;
  const times = number < frequentCalls ? 1 : frequentCalls;
  return now - at >= times * repeatMinutes * minute;
}

interface NextCall {
  readonly level: EscalationLevel;
  /** The levels whose people are called. */
  readonly missed: readonly EscalationLevel[];
  readonly number: number;
  readonly now: number;
  readonly predictedRecoveryAt: number | undefined;
}

function called(
  incident: Incident,
  rules: EscalationRules,
  { level, missed, number, now, predictedRecoveryAt: predicted }: NextCall,
): EventOf<'escalated'> {
  const { failedAt, rtoMinutes } = incident;
  const { deadline } = rtoClock(incident, now);
  return {
    type: 'escalated',
    level,
    number,
    percent: Math.max(0, Math.floor(((now - failedAt) / (rtoMinutes * minute)) * 100)),
    deadline,
    ...(level === 'predicted' && predicted !== undefined && { predictedRecoveryAt: predicted }),
    call: together(missed.map((one) => peopleOf(one, incident, rules.people))),
    pages: rules.pages,
  };
}

function peopleOf(
  level: EscalationLevel,
  { responder }: Incident,
  { responders, leads, contacts }: EscalationRules['people'],
): Call {
  if (level === 'contacts') return contacts;
  if (level !== 'responder') return leads;
  return responder === undefined ? responders : { users: [responder.user], groups: [] };
}

function together(calls: readonly Call[]): Call {
  return {
    users: [...new Set(calls.flatMap(({ users }) => users))],
    groups: [...new Set(calls.flatMap(({ groups }) => groups))],
  };
}
