import { nameOf } from '../checkpoints/folders.ts';
import { count, counted, minutes, time } from '../in-words.ts';
import { failureWords } from '../ports/failure-kind.ts';
import type { Report } from '../ports/step-output.ts';
import type { Assessment } from './assessment.ts';
import { causeFacts, causeInWords } from './cause-in-words.ts';
import type { Way } from './way-back.ts';

/** Rows of each kind in the thread; the rest is counted. */
const maxRows = { jobs: 10, places: 6, alarms: 5, endpoints: 5 } as const;

export function assessmentReport(assessment: Assessment): Report {
  const { failed, counts, endpoints } = assessment;
  const troubled = endpoints.found.filter(({ status }) => status !== 'InService');
  return {
    headline: `${counted(failed.length, 'job')} failed, ${count(counts.running)} running: ${causeInWords(assessment.cause)}`,
    facts: [
      { label: 'Since', value: time(assessment.since) },
      { label: 'By kind', value: kindsInWords(failed) },
      ...causeFacts(assessment.cause),
      { label: 'Not in the table', value: leftOut(assessment) },
      { label: 'S3 locations', value: placesInWords(assessment) },
      { label: 'Alarms', value: extentInWords(assessment.alarms, 'in ALARM') },
      { label: 'Endpoints', value: endpointsInWords(endpoints) },
    ].filter(({ value }) => value !== ''),
    lines: [
      ...capped(failed, maxRows.jobs, 'failed job', jobLine),
      ...capped(badPlaces(assessment), maxRows.places, 'S3 location', placeLine),
      ...capped(assessment.alarms.found, maxRows.alarms, 'alarm', alarmLine),
      ...capped(troubled, maxRows.endpoints, 'endpoint', endpointLine),
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

function alarmLine({ name, reason }: Assessment['alarms']['found'][number]): string {
  return `Alarm ${name}: ${reason}`;
}

function endpointLine({ name, status }: Assessment['endpoints']['found'][number]): string {
  return `Endpoint ${name}: ${status}`;
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

function capped<T>(rows: readonly T[], limit: number, noun: string, words: (row: T) => string): string[] {
  const rest = rows.length - limit;
  return [
    ...rows.slice(0, limit).map(words),
    ...(rest > 0 ? [`… and ${counted(rest, `more ${noun}`)}`] : []),
  ];
}
