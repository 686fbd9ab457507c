import { clock } from '../../../in-words.ts';
import { firstLookOf } from '../../../incidents/first-look-state.ts';
import { rtoClock } from '../../../incidents/model/clock.ts';
import type { Incident } from '../../../incidents/model/incident.ts';
import type { JobOutcome } from '../../../playbooks/define.ts';
import { failureWords } from '../../../ports/failure-kind.ts';
import { type Block, smallQuote } from '../blocks.ts';
import { drillWord } from '../drills/drill-words.ts';
import { escape, line } from '../untrusted.ts';
import { atMost, counted, endWords, signs, span } from '../words.ts';
import { outcomesInWords } from './outcomes.ts';

/** The lines of the card: the failure, the time left, earlier attempts, and the alarms. */

/** Until a failure is confirmed, the card does not call the job broken. */
const lookWords = {
  looking: { sign: signs.working, says: 'checking whether it has failed' },
  missing: { sign: signs.warning, says: 'not found in AWS' },
  sound: { sign: signs.later, says: 'no failure found' },
} as const;

/** `outcomes`: for an incident about many jobs, once they are known. */
export function headline(incident: Incident, outcomes: readonly JobOutcome[] | undefined): string {
  const look = firstLookOf(incident);
  if (look !== undefined) return `${lookWords[look].sign} ${nameOf(incident)}: ${lookWords[look].says}`;
  const { kind, recovered, closed, affectedJobs } = incident;
  const name = nameOf(incident);
  if (outcomes !== undefined) return affectedJobsHeadline(incident, outcomes);
  // The number of jobs that train is not known here, and cannot be derived from the number that failed.
  if (recovered !== undefined && affectedJobs.length > 0) return `${signs.recovered} ${name}: recovered`;
  if (recovered !== undefined) return `${signs.recovered} ${name}: ${endWords(kind).again}`;
  return closed === undefined
    ? `${signs.broke} ${name}: ${failureOf(incident)}${attemptWords(incident)}`
    : `${signs.later} ${name}: closed, ${failureOf(incident)}`;
}

function affectedJobsHeadline(incident: Incident, outcomes: readonly JobOutcome[]): string {
  const over = incident.closed === undefined ? signs.broke : signs.later;
  const sign = incident.recovered === undefined ? over : signs.recovered;
  return `${sign} ${nameOf(incident)}: ${outcomesInWords(outcomes)}`;
}

function attemptWords({ attempts }: Incident): string {
  return attempts.length === 0 ? '' : ` (attempt ${attempts.length + 1})`;
}

/** More attempts are only counted: the thread below has all their steps. */
const maxAttempts = 3;

/** Earlier attempts, the latest first. */
export function attemptLines({ attempts, kind }: Incident): readonly Block[] {
  const lines = attempts
    .map(({ job, at, recovered, ended, reopenedBy }, index) => {
      const what =
        recovered === undefined
          ? line(ended ?? 'launched', 160)
          : `${line(recovered.how, 160)} (${clock(recovered.at)})`;
      if (reopenedBy !== undefined)
        return `Attempt ${index + 1}: ${what}; reopened by a person at ${clock(at)}`;
      return `Attempt ${index + 1}: ${what}; ${line(job, 63)} ${endWords(kind).brokeAgain} at ${clock(at)}`;
    })
    .toReversed();
  const shown = atMost(maxAttempts, lines, (more) => `and ${counted(more, 'earlier attempt')}`);
  return shown.length === 0 ? [] : [smallQuote(shown.join('\n'))];
}

function nameOf({ job, affectedJobs, drill }: Incident): string {
  if (drill !== undefined) return `${drillWord} ${line(job, 80)}`;
  return affectedJobs.length === 0
    ? line(job, 80)
    : `${counted(affectedJobs.length, 'job')} (${line(job, 60)}, …)`;
}

/** If all affected jobs failed in the same way, names that failure instead of “many jobs failed”. */
function failureOf({ kind, affectedJobs }: Incident): string {
  const [one, another] = new Set(affectedJobs.map((row) => row.kind));
  return failureWords[one === undefined || another !== undefined ? kind : one];
}

export function timeLine(incident: Incident, now: number): string {
  const { minutesUsed, minutesLeft, deadline, broken } = rtoClock(incident, now);
  const tier = `${escape(incident.tier)} RTO ${span(incident.rtoMinutes)}`;
  const look = firstLookOf(incident);
  if (look === 'looking') return `The clock starts at the failure: Relight is looking up the time (${tier})`;
  if (look !== undefined) return `No clock is running (${tier})`;
  if (incident.recovered !== undefined)
    return `*${endWords(incident.kind).done} in ${minutesUsed} min of ${incident.rtoMinutes}* (${tier}${broken ? ', RTO missed' : ''})`;
  if (incident.outcome !== undefined) return `Ended after ${span(minutesUsed)}, not recovered (${tier})`;
  if (incident.closed !== undefined) return `Closed after ${span(minutesUsed)}, not recovered (${tier})`;
  return broken
    ? `${signs.warning} *Overdue by ${roughly(-minutesLeft)}*: ${endWords(incident.kind).due} by ${clock(deadline)} (${tier})`
    : `*${roughly(minutesLeft)} left*, until ${clock(deadline)} (${tier})`;
}

/** Rounded to five minutes while there is time, because each change of the text updates every open card in Slack. */
function roughly(minutes: number): string {
  return minutes <= 15 ? span(minutes) : `over ${span(minutes - (minutes % 5))}`;
}

/** More alarms are only counted: the timeline has them all. */
const maxAlarms = 4;

/** The alarm that opened the incident, with its reason, and the alarms that joined it. */
export function alarmLines({ alarms, alarmStates }: Pick<Incident, 'alarms' | 'alarmStates'>): string {
  const [first] = alarms;
  const reason = first === undefined || first.reason === '' ? '' : `, ${line(first.reason, 200)}`;
  const others = [...new Set(alarms.map(({ name }) => name))].filter((name) => name !== first?.name);
  const also = others.map((name) => `Also: ${line(name, 120)}${alarmStateWords(alarmStates, name)}`);
  const word = first?.source === 'person' ? 'Opened with' : 'Alarm';
  return [
    `${word}: ${line(first?.name ?? '–', 120)}${reason}${alarmStateWords(alarmStates, first?.name)}`,
    ...atMost(maxAlarms, also, (more) => `and ${counted(more, 'more alarm')}`),
  ].join('\n');
}

/** An alarm that is simply in ALARM needs no words. */
function alarmStateWords(states: Incident['alarmStates'], name = ''): string {
  const state = states.get(name);
  if (state === undefined) return '';
  if (state.flapping) return ' · flapping: muted until stable';
  return state.state === 'OK' ? ` · OK since ${clock(state.at)}` : '';
}
