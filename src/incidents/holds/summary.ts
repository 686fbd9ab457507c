import { clock, counted } from '../../in-words.ts';
import type { Announcement } from '../announcement.ts';
import type { Hold } from '../model/hold.ts';
import { type Incident, isOpen } from '../model/incident.ts';
import type { HeldIncident } from './release.ts';

export type FailureWords = Readonly<Record<Incident['kind'], string>>;

/** The rest is in `/relight list`. */
const maxRows = 25;

/** The summary of a hold that has ended. Open incidents come first. */
export function heldSummary(
  { id, name }: Hold,
  incidents: readonly HeldIncident[],
  words: FailureWords,
): Announcement {
  const rows = incidents.toSorted(openFirst);
  const open = rows.filter(({ incident }) => isOpen(incident)).length;
  const more = rows.length - maxRows;
  return {
    id: `held-${id}`,
    sign: open > 0 ? 'warning' : 'done',
    headline: `${name} is over`,
    lines: [
      totals(rows.length, open),
      ...rows.slice(0, maxRows).map((row) => rowOf(row, words)),
      ...(more > 0 ? [`… and ${more} more. /relight list shows what is open.`] : []),
    ],
  };
}

function openFirst(one: HeldIncident, other: HeldIncident): number {
  const closed = ({ incident }: HeldIncident): number => (isOpen(incident) ? 0 : 1);
  return closed(one) - closed(other) || one.incident.failedAt - other.incident.failedAt;
}

function totals(all: number, open: number): string {
  if (all === 1) return `1 incident was held back; it is ${open === 1 ? 'still open' : 'closed'}.`;
  const stillOpen = open === 0 ? 'all of them are closed' : `${open} still open`;
  return `${all} incidents were held back: ${stillOpen}.`;
}

function rowOf({ incident, next }: HeldIncident, words: FailureWords): string {
  const { id, kind, failedAt, alarms } = incident;
  const more = alarms.length === 1 ? '' : `, ${counted(alarms.length, 'alarm')}`;
  return `${clock(failedAt)} · ${subjectOf(incident)}: ${words[kind]} (${id}${more}) · ${resultOf(incident, next)}`;
}

function subjectOf({ job, affectedJobs }: Incident): string {
  return affectedJobs.length === 0 ? job : `${counted(affectedJobs.length, 'job')}, ${job} and others`;
}

function resultOf({ closed, recovered }: Incident, next: Hold | undefined): string {
  if (recovered !== undefined) return recovered.how;
  if (closed !== undefined) return `closed: ${closed.why}`;
  return next === undefined
    ? 'open: its thread follows'
    : `open, held back until ${clock(next.until)}: ${next.name}`;
}
