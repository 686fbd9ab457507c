import { nameOf } from '../checkpoints/folders.ts';
import { count, counted, minutes, time } from '../in-words.ts';
import { failureWords } from '../ports/failure-kind.ts';
import type { Report } from '../ports/step-output.ts';
import type { Assessment } from './assessment.ts';
import type { Way } from './way-back.ts';

/** Rows of each kind in the thread; the rest is counted. */
const maxRows = { jobs: 10, places: 6, alarms: 5, endpoints: 5 } as const;

export function assessmentReport(assessment: Assessment): Report {
  const { failed, counts } = assessment;
  return {
    headline: `${counted(failed.length, 'job')} failed, ${count(counts.running)} running: ${causeInWords(assessment.cause)}`,
    facts: [
      { label: 'Since', value: time(assessment.since) },
      { label: 'By kind', value: kindsInWords(failed) },
      ...causeFacts(assessment.cause),
      { label: 'Not in the table', value: leftOut(assessment) },
      { label: 'S3 locations', value: placesInWords(assessment) },
      { label: 'Alarms', value: extentInWords(assessment.alarms, 'in ALARM') },
      { label: 'Endpoints', value: endpointsInWords(assessment.endpoints) },
    ].filter(({ value }) => value !== ''),
    lines: [
      ...capped(failed, maxRows.jobs, 'failed job', jobLine),
      ...capped(badPlaces(assessment), maxRows.places, 'S3 location', placeLine),
      ...capped(
        assessment.alarms.found,
        maxRows.alarms,
        'alarm',
        ({ name, reason }) => `Alarm ${name}: ${reason}`,
      ),
      ...capped(
        troubled(assessment),
        maxRows.endpoints,
        'endpoint',
        ({ name, status }) => `Endpoint ${name}: ${status}`,
      ),
    ],
  };
}

export function wayInWords(way: Way): string {
  switch (way.way) {
    case 'resume':
      return `resume from ${nameOf(way.checkpoint.uri)}, ${way.checkpoint.grade}`;
    case 'restore':
      return `restore the backup of ${nameOf(way.checkpoint.uri)}, ${way.checkpoint.grade}`;
    case 'from_scratch':
      return 'restart from scratch';
    case 'previous_model':
      return `serve the previous model until it is fixed: ${way.why}`;
    default:
      return way satisfies never;
  }
}

function jobLine({ job, tier, kind, way, trouble, rpoMinutes }: Assessment['failed'][number]): string {
  const how =
    way === undefined ? (trouble ?? 'checkpoints are checked later in the series') : wayInWords(way);
  return `${tier} ${job}: ${failureWords[kind]}; ${how}${way === undefined ? '' : ageInWords(way, rpoMinutes)}`;
}

function ageInWords(way: Way, rpoMinutes: number): string {
  if (way.way !== 'resume' && way.way !== 'restore') return '';
  const { ageMinutes } = way.checkpoint;
  return `, ${minutes(ageMinutes)} lost, ${ageMinutes > rpoMinutes ? 'over' : 'within'} the RPO`;
}

function badPlaces({ places }: Assessment): Assessment['places'] {
  return places.filter(({ state }) => state !== 'reachable');
}

function placesInWords(assessment: Assessment): string {
  const all = assessment.places.length;
  return `${count(all - badPlaces(assessment).length)} of ${count(all)} reachable and not empty`;
}

function placeLine({ uri, what, state, trouble }: Assessment['places'][number]): string {
  return `${what} ${uri}: ${state}${trouble === undefined ? '' : ` (${trouble})`}`;
}

function kindsInWords(failed: Assessment['failed']): string {
  const kinds = new Map<keyof typeof failureWords, number>();
  for (const { kind } of failed) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  return [...kinds]
    .toSorted(([, one], [, other]) => other - one)
    .map(([kind, times]) => `${count(times)} ${failureWords[kind]}`)
    .join(', ');
}

function leftOut({ counts, cut }: Assessment): string {
  return [
    ...(counts.replaced === 0 ? [] : [`${count(counts.replaced)} recovered by a newer job`]),
    ...(counts.stoppedByPeople === 0 ? [] : [`${count(counts.stoppedByPeople)} stopped by people`]),
    ...(counts.unseen === 0 ? [] : [`${count(counts.unseen)} failed and not examined`]),
    ...(counts.foreign === 0 ? [] : [`${count(counts.foreign)} without a tier`]),
    ...(cut ? [`jobs beyond the first ${count(counts.listed)}`] : []),
  ].join(', ');
}

function extentInWords({ found, cut, trouble }: Assessment['alarms'], what: string): string {
  return trouble === undefined
    ? `${count(found.length)}${cut ? ' or more' : ''} ${what}`
    : `unknown: ${trouble}`;
}

function endpointsInWords({ found, cut, trouble }: Assessment['endpoints']): string {
  if (trouble !== undefined) return `unknown: ${trouble}`;
  const good = found.filter(({ status }) => status === 'InService').length;
  return `${count(good)} of ${count(found.length)}${cut ? ' or more' : ''} in service`;
}

function troubled({ endpoints }: Assessment): Assessment['endpoints']['found'] {
  return endpoints.found.filter(({ status }) => status !== 'InService');
}

function capped<T>(rows: readonly T[], limit: number, noun: string, words: (row: T) => string): string[] {
  const rest = rows.length - limit;
  return [
    ...rows.slice(0, limit).map(words),
    ...(rest > 0 ? [`… and ${counted(rest, `more ${noun}`)}`] : []),
  ];
}

type Cause = Assessment['cause'];

/** What the failed jobs have in common, as one clause. */
function causeInWords(cause: Cause): string {
  const together = togetherInWords(cause);
  const { failed, healthy, suspects } = cause;
  if (suspects.length > 0) {
    const each = suspects.map(
      ({ kind, value, failedWith, healthyWith }) =>
        `${kind} ${value} (${failedWith} of ${failed} failed, ${healthyWith} of ${healthy} healthy)`,
    );
    return `likely common cause: ${each.join(' or ')}${together}`;
  }
  const leads = [...sameFailureInWords(cause), ...sharedInWords(cause)];
  if (leads.length > 0) return `${leads.join('; ')}${together}`;
  const alone = healthy === 0 && failed > 1 ? ', because there is no healthy job to compare with' : '';
  return `no common cause found${alone}${together}`;
}

/** The details of the cause, below the headline. */
function causeFacts({ failed, sameFailure, shared }: Cause): { label: string; value: string }[] {
  return [
    ...(sameFailure === undefined
      ? []
      : [{ label: 'Same error', value: `${sameFailure.jobs} of ${failed}: ${sameFailure.text}` }]),
    ...(shared.length === 0 ? [] : [{ label: 'Shared by all that failed', value: listed(shared) }]),
  ];
}

function togetherInWords({ window }: Cause): string {
  return window === undefined
    ? ''
    : `; ${count(window.jobs)} of them between ${time(window.from).slice(11, 16)} and ${time(window.to).slice(11)}`;
}

function sameFailureInWords({ failed, sameFailure }: Cause): string[] {
  if (sameFailure === undefined) return [];
  return [`${sameFailure.jobs} of ${failed} failed with the same error (${sameFailure.text})`];
}

const maxNamed = 2;

/** Traits that all failed jobs share are only a lead if there are too few healthy jobs to compare with. */
function sharedInWords({ failed, healthy, shared }: Cause): string[] {
  if (shared.length === 0) return [];
  const rest = shared.length - maxNamed;
  const more = rest > 0 ? ` and ${counted(rest, 'more thing')}` : '';
  const compared =
    healthy === 0
      ? 'no healthy job to compare with'
      : `not in the ${counted(healthy, 'healthy job')}, too few to be sure`;
  return [`all ${failed} share ${listed(shared.slice(0, maxNamed))}${more} (${compared})`];
}

function listed(shared: Cause['shared']): string {
  return shared.map(({ kind, value }) => `${kind} ${value}`).join(', ');
}
