import { z } from 'zod';
import { minutes, quote, time } from '../../in-words.ts';
import type { MetricPoint } from '../../ports/metrics.ts';
import { periodMs, type Wanted } from './training-metrics.ts';

const minute = 60_000;

/** One metric up to the time when training stopped. */
export const Measured = z.object({
  label: z.string(),
  host: z.string().optional(),
  unit: z.enum(['%', '']),
  last: z.number(),
  lastAt: z.number(),
  max: z.number(),
  maxAt: z.number(),
  /** The value about an hour before the last one, or the first value if the job is younger. */
  before: z.object({ value: z.number(), at: z.number() }).optional(),
});
export type Measured = z.infer<typeof Measured>;

/** Undefined if CloudWatch has no data. */
export function measure(wanted: Wanted, points: readonly MetricPoint[], until: number): Measured | undefined {
  const seen = whileTraining(points, until).map(({ at, value }) => ({ at, value: value / wanted.divideBy }));
  const [last] = seen.slice(-1);
  if (last === undefined) return undefined;
  const max = seen.reduce((highest, point) => (point.value >= highest.value ? point : highest), last);
  const before = anHourBefore(seen, last.at);
  return {
    label: quote(wanted.label, 60),
    ...(wanted.host !== undefined && { host: wanted.host }),
    unit: wanted.unit,
    last: last.value,
    lastAt: last.at,
    max: max.value,
    maxAt: max.at,
    ...(before !== undefined && { before }),
  };
}

/** The minute in which training stopped is incomplete, so its average counts only if there is no other. */
function whileTraining(points: readonly MetricPoint[], until: number): readonly MetricPoint[] {
  const finite = points.filter(({ value }) => Number.isFinite(value));
  const whole = finite.filter(({ at }) => at + periodMs <= until);
  return whole.length > 0 ? whole : finite.filter(({ at }) => at <= until);
}

function anHourBefore(points: readonly MetricPoint[], end: number): MetricPoint | undefined {
  const early = points.filter(({ at }) => at <= end - 5 * minute && at >= end - 65 * minute);
  const nearest = early.toSorted((one, other) => off(one, end) - off(other, end));
  return nearest[0];
}

function off({ at }: MetricPoint, end: number): number {
  return Math.abs(end - 60 * minute - at);
}

/** `98 % at the end, 61 % an hour before, at most 99 % at 2026-11-23 03:12 UTC`. */
export function trendInWords({ unit, last, lastAt, max, maxAt, before }: Measured): string {
  const parts = [`${amount(last, unit)} at the end`];
  if (before !== undefined) parts.push(`${amount(before.value, unit)} ${agoInWords(lastAt - before.at)}`);
  if (maxAt !== lastAt && amount(max, unit) !== amount(last, unit))
    parts.push(`at most ${amount(max, unit)} at ${time(maxAt)}`);
  return parts.join(', ');
}

function agoInWords(ms: number): string {
  const ago = ms / minute;
  return ago >= 55 && ago <= 65 ? 'an hour before' : `${minutes(ago)} before`;
}

function amount(value: number, unit: Measured['unit']): string {
  return unit === '%' ? `${Math.round(value)} %` : String(Number(value.toPrecision(4)));
}

/** Picks the host with the highest last value of a metric. */
export function highestOfEach(measured: readonly Measured[]): readonly Measured[] {
  const highest = new Map<string, Measured>();
  for (const one of measured) {
    const known = highest.get(one.label);
    if (known === undefined || one.last > known.last) highest.set(one.label, one);
  }
  return [...highest.values()];
}
