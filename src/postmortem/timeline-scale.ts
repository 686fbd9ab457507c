import { largest } from '../ports/collections.ts';
import type { IncidentRecord } from '../ports/record.ts';
import { subjectOf } from './subject.ts';

const minute = 60_000;

/** Maps times to positions in the drawing. */
export interface Scale {
  readonly from: number;
  readonly to: number;
  readonly deadline: number;
  readonly x: (at: number) => number;
  readonly ticks: readonly { readonly at: number; readonly after: string }[];
}

/**
 * Covers the time from the failure to the recovery, and at least to the deadline. Later entries are not covered: an
 * entry days later would shrink the recovery to one point.
 */
export function scaleOf(record: IncidentRecord, left: number, right: number): Scale {
  const { failedAt, recovered, timeline, rtoMinutes } = record;
  const deadline = failedAt + rtoMinutes * minute;
  const last = recovered?.at ?? Math.max(failedAt, largest(timeline.map(({ at }) => at)));
  const span = Math.max(deadline - failedAt, last - failedAt, minute) * 1.06;
  const x = (at: number): number => {
    const part = Math.min(1, Math.max(0, (at - failedAt) / span));
    return Math.round(left + part * (right - left));
  };
  return { from: failedAt, to: failedAt + span, deadline, x, ticks: ticksOf(record, span) };
}

/** Minutes between two ticks; the last one fits an incident of a whole week. */
const distances = [1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1_440];
const maxTicks = 9;

function ticksOf({ failedAt: from, kind }: IncidentRecord, span: number): Scale['ticks'] {
  const fitting = distances.find((distance) => span / (distance * minute) <= maxTicks);
  const distance = fitting ?? Math.ceil(span / minute / 1_440 / maxTicks) * 1_440;
  const many = Math.floor(span / (distance * minute));
  return Array.from({ length: many + 1 }, (_, index) => ({
    at: from + index * distance * minute,
    after: index === 0 ? subjectOf(kind).start : `+${afterInWords(index * distance)}`,
  }));
}

function afterInWords(minutes: number): string {
  if (minutes < 60) return `${minutes} min`;
  if (minutes % 1_440 === 0) return `${minutes / 1_440} d`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60}`;
}
