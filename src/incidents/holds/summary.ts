import type { Announcement } from '../announcement.ts';
import type { Hold } from '../model/hold.ts';
import { type Incident, isOpen } from '../model/incident.ts';
import type { Told } from './release.ts';

/** What befell a job, in words. */
export type FailureWords = Readonly<Record<Incident['kind'], string>>;

/** More than this nobody reads at once, and `/relight list` has the rest. */
const mostRows = 25;

/** What was held back, when that is over: what is still open first. */
export function heldSummary({ id, name }: Hold, told: readonly Told[], words: FailureWords): Announcement {
  const rows = told.toSorted(openFirst);
  const open = rows.filter(({ incident }) => isOpen(incident)).length;
  const more = rows.length - mostRows;
  return {
    id: `held-${id}`,
    sign: open > 0 ? 'warning' : 'done',
    headline: `${name} is over`,
    lines: [
      inSum(rows.length, open),
      ...rows.slice(0, mostRows).map((row) => rowOf(row, words)),
      ...(more > 0 ? [`… and ${more} more. /relight list shows what is open.`] : []),
    ],
  };
}

function openFirst(one: Told, other: Told): number {
  const closed = ({ incident }: Told): number => (isOpen(incident) ? 0 : 1);
  return closed(one) - closed(other) || one.incident.failedAt - other.incident.failedAt;
}

function inSum(all: number, open: number): string {
  if (all === 1)
    return `One incident was held back meanwhile; it is ${open === 1 ? 'still open' : 'closed by now'}.`;
  const stillOpen = open === 0 ? 'all of them closed by now' : `${open} of them still open`;
  return `${all} incidents were held back meanwhile, ${stillOpen}.`;
}

function rowOf({ incident, next }: Told, words: FailureWords): string {
  const { id, kind, failedAt, alarms } = incident;
  const said = alarms.length === 1 ? '' : `, ${count(alarms.length, 'alarm')}`;
  return `${clock(failedAt)} · ${whatOf(incident)}: ${words[kind]} (${id}${said}) · ${fateOf(incident, next)}`;
}

function whatOf({ job, board }: Incident): string {
  return board.length === 0 ? job : `${count(board.length, 'job')}, ${job} and others`;
}

function fateOf({ closed, recovered }: Incident, next: Hold | undefined): string {
  if (recovered !== undefined) return recovered.how;
  if (closed !== undefined) return `closed: ${closed.why}`;
  return next === undefined
    ? 'open: its thread follows'
    : `open, and held back until ${clock(next.until)}: ${next.name}`;
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

function clock(at: number): string {
  return `${new Date(at).toISOString().slice(11, 16)} UTC`;
}
