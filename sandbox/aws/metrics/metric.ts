import { AwsError } from '../responses.ts';

/** A CloudWatch statistic set: the measurements of one moment or short interval. `at` is in ms. */
export interface Sample {
  readonly at: number;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

/** A metric is identified by its namespace, its name and all of its dimensions. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly unit: string;
  /** Returns samples in any order, from `from` (inclusive) to `to` (exclusive), in ms. */
  readonly samples: (from: number, to: number) => readonly Sample[];
}

export interface Point {
  readonly at: number;
  readonly value: number;
}

export function one(at: number, value: number): Sample {
  return { at, count: 1, sum: value, min: value, max: value };
}

/** The function for a statistic such as `Average` or `p99`, or undefined if CloudWatch has no such statistic. */
export function statistic(name: string): ((set: Sample) => number) | undefined {
  const percentile = /^p(\d{1,2}(\.\d+)?|100)$/.exec(name)?.[1];
  if (percentile !== undefined) return (set) => percentileOf(set, Number(percentile));
  return new Map<string, (set: Sample) => number>([
    ['Average', ({ sum, count }) => sum / count],
    ['Maximum', ({ max }) => max],
    ['Minimum', ({ min }) => min],
    ['Sum', ({ sum }) => sum],
    ['SampleCount', ({ count }) => count],
  ]).get(name);
}

/** An estimate: a statistic set has only mean and extremes, so half of the values are assumed to be on each side of the mean. */
function percentileOf({ min, max, sum, count }: Sample, percentile: number): number {
  const mean = sum / count;
  const share = (percentile - 50) / 50;
  return share < 0 ? mean + (mean - min) * share : mean + (max - mean) * share;
}

/** One set per period with samples, oldest first. A period starts at a multiple of its length. */
export function aggregate(metric: Metric, periodMs: number, from: number, to: number): readonly Sample[] {
  const start = Math.floor(from / periodMs) * periodMs;
  const sets = new Map<number, Sample>();
  for (const sample of metric.samples(start, to)) {
    const at = Math.floor(sample.at / periodMs) * periodMs;
    const before = sets.get(at);
    sets.set(at, before === undefined ? { ...sample, at } : merged(before, sample));
  }
  return [...sets.values()].toSorted((a, b) => a.at - b.at);
}

function merged(set: Sample, other: Sample): Sample {
  return {
    at: set.at,
    count: set.count + other.count,
    sum: set.sum + other.sum,
    min: Math.min(set.min, other.min),
    max: Math.max(set.max, other.max),
  };
}

const second = 1_000;

/** A period in ms. CloudWatch stores standard-resolution metrics only by the minute. */
export function periodMs(seconds: number): number {
  const isAllowed = [1, 5, 10, 20, 30].includes(seconds) || (seconds > 0 && seconds % 60 === 0);
  if (!isAllowed)
    throw new AwsError(
      'InvalidParameterValue',
      `The parameter Period must be 1, 5, 10, 20, 30, or a multiple of 60; it is ${seconds}.`,
    );
  return Math.max(60, seconds) * second;
}

/** Converts epoch seconds to ms. The start is rounded down to the minute, as CloudWatch does for the last 15 days. */
export function rangeMs(start: number, end: number): { readonly from: number; readonly to: number } {
  if (start >= end)
    throw new AwsError('ValidationError', 'The parameter StartTime must be less than the parameter EndTime.');
  return { from: Math.floor(start / 60) * 60 * second, to: end * second };
}

/** A number between -1 and 1 that depends only on key and slot, so that repeated requests return the same picture. */
export function noise(key: string, slot: number): number {
  let hash = 0x811c9dc5;
  for (const char of `${key}#${slot}`) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash >>> 0) / 0xffffffff) * 2 - 1;
}
