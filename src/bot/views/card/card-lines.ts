import { firstLookOf } from '../../../incidents/first-look-state.ts';
import { rtoClock } from '../../../incidents/model/clock.ts';
import type { Incident } from '../../../incidents/model/incident.ts';
import type { JobOutcome } from '../../../playbooks/define.ts';
import { failureWords } from '../../../ports/failure-kind.ts';
import { type Block, smallQuote } from '../blocks.ts';
import { escape, line } from '../untrusted.ts';
import { clock, counted, endWords, signs, span } from '../words.ts';
import { outcomesInWords } from './outcomes.ts';

/** The top of the card: what broke, how long is left, what was tried before. */

/** What is not known to have failed is not called broken. */
const lookWords = {
  looking: { sign: signs.working, says: 'Relight looks whether it has failed' },
  missing: { sign: signs.warning, says: 'AWS knows nothing of this name' },
  sound: { sign: signs.later, says: 'nothing has failed' },
} as const;

/** `outcomes`: of an incident about many jobs, once they are known. */
export function headline(incident: Incident, outcomes: readonly JobOutcome[] | undefined): string {
  const look = firstLookOf(incident);
  if (look !== undefined) return `${lookWords[look].sign} ${nameOf(incident)}: ${lookWords[look].says}`;
  const { kind, recovered, closed, board } = incident;
  const name = nameOf(incident);
  if (outcomes !== undefined) return boardHeadline(incident, outcomes);
  // How many of them train is not known here: it must not be read from how many failed.
  if (recovered !== undefined && board.length > 0) return `${signs.recovered} ${name}: recovered`;
  if (recovered !== undefined) return `${signs.recovered} ${name}: ${endWords(kind).again}`;
  return closed === undefined
    ? `${signs.broke} ${name}: ${whatBroke(incident)}${attemptWords(incident)}`
    : `${signs.later} ${name}: closed, ${whatBroke(incident)}`;
}

function boardHeadline(incident: Incident, outcomes: readonly JobOutcome[]): string {
  const over = incident.closed === undefined ? signs.broke : signs.later;
  const sign = incident.recovered === undefined ? over : signs.recovered;
  return `${sign} ${nameOf(incident)}: ${outcomesInWords(outcomes)}`;
}

function attemptWords({ attempts }: Incident): string {
  return attempts.length === 0 ? '' : ` (attempt ${attempts.length + 1})`;
}

/** More attempts than this are only counted: the thread below has every step of them. */
const shownAttempts = 3;

/** What was tried before, the latest first. */
export function attemptLines({ attempts, kind }: Incident): readonly Block[] {
  const lines = attempts
    .map(({ job, at, recovered }, index) => {
      const what =
        recovered === undefined ? 'was launched' : `${line(recovered.how, 160)} (${clock(recovered.at)})`;
      return `Attempt ${index + 1}: ${what}; ${line(job, 63)} ${endWords(kind).brokeAgain} at ${clock(at)}`;
    })
    .toReversed();
  const more = lines.length - shownAttempts;
  const rest = more > 0 ? [`and ${counted(more, 'attempt')} before`] : [];
  return lines.length === 0 ? [] : [smallQuote([...lines.slice(0, shownAttempts), ...rest].join('\n'))];
}

function nameOf({ job, board }: Incident): string {
  return board.length === 0 ? line(job, 80) : `${counted(board.length, 'job')} (${line(job, 60)}, …)`;
}

/** What befell all of many jobs says more than that they are many. */
function whatBroke({ kind, board }: Incident): string {
  const [one, another] = new Set(board.map((row) => row.kind));
  return failureWords[one === undefined || another !== undefined ? kind : one];
}

export function timeLine(incident: Incident, now: number): string {
  const { minutesUsed, minutesLeft, deadline, broken } = rtoClock(incident, now);
  const tier = `${escape(incident.tier)} RTO ${span(incident.rtoMinutes)}`;
  const look = firstLookOf(incident);
  if (look === 'looking')
    return `The clock counts from the failure: Relight is reading when that was (${tier})`;
  if (look !== undefined) return `No clock runs (${tier})`;
  if (incident.recovered !== undefined)
    return `*${endWords(incident.kind).done} in ${minutesUsed} min of ${incident.rtoMinutes}* (${tier}${broken ? ', broken' : ''})`;
  if (incident.outcome !== undefined) return `Over after ${span(minutesUsed)}, not recovered (${tier})`;
  if (incident.closed !== undefined) return `Closed after ${span(minutesUsed)}, not recovered (${tier})`;
  return broken
    ? `${signs.warning} *Late by ${roughly(-minutesLeft)}*: ${endWords(incident.kind).due} by ${clock(deadline)} (${tier})`
    : `*${roughly(minutesLeft)} left*, until ${clock(deadline)} (${tier})`;
}

/** In steps of five minutes while they do not count, or every minute would cost an update of every open card. */
function roughly(minutes: number): string {
  return minutes <= 15 ? span(minutes) : `over ${span(minutes - (minutes % 5))}`;
}

/** More alarms than this are only counted: the timeline has them all. */
const shownAlarms = 4;

/** The alarm that opened the incident with its reason, and what joined it since, each in a few words. */
export function alarmLines({ alarms, alarmStates }: Pick<Incident, 'alarms' | 'alarmStates'>): string {
  const [first] = alarms;
  const reason = first === undefined || first.reason === '' ? '' : `, ${line(first.reason, 200)}`;
  const others = [...new Set(alarms.map(({ name }) => name))].filter((name) => name !== first?.name);
  const more = others.length - shownAlarms;
  return [
    `Alarm: ${line(first?.name ?? '–', 120)}${reason}${standing(alarmStates, first?.name)}`,
    ...others.slice(0, shownAlarms).map((name) => `Also: ${line(name, 120)}${standing(alarmStates, name)}`),
    ...(more > 0 ? [`and ${counted(more, 'more alarm')}`] : []),
  ].join('\n');
}

/** Nothing is said of an alarm that is simply raised. */
function standing(states: Incident['alarmStates'], name = ''): string {
  const state = states.get(name);
  if (state === undefined) return '';
  if (state.flapping) return ' · goes on and off: quiet until it settles';
  return state.state === 'OK' ? ` · OK since ${clock(state.at)}` : '';
}
