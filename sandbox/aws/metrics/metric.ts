/** What was measured in one moment or one short stretch: a statistic set, as CloudWatch keeps it. `at` is in ms. */
export interface Sample {
  readonly at: number;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

/** A metric is told apart by namespace, name and all of its dimensions together. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly unit: string;
  /** In any order, from `from` (inclusive) to `to` (exclusive), in ms. */
  readonly samples: (from: number, to: number) => readonly Sample[];
}

export interface Point {
  readonly at: number;
  readonly value: number;
}

export function one(at: number, value: number): Sample {
  return { at, count: 1, sum: value, min: value, max: value };
}

/** `Average`, `Maximum`, `p99`, …; undefined: CloudWatch knows no such statistic. */
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

/** Of a set only the mean and the ends are known: half of the values lie on each side of the mean. */
function percentileOf({ min, max, sum, count }: Sample, percentile: number): number {
  const mean = sum / count;
  const share = (percentile - 50) / 50;
  return share < 0 ? mean + (mean - min) * share : mean + (max - mean) * share;
}

/** One set for each period that has samples, oldest first; a period begins at a multiple of its length. */
export function inPeriods(metric: Metric, periodMs: number, from: number, to: number): readonly Sample[] {
  const start = Math.floor(from / periodMs) * periodMs;
  const sets = new Map<number, Sample>();
  for (const sample of metric.samples(start, to)) {
    const at = Math.floor(sample.at / periodMs) * periodMs;
    const before = sets.get(at);
    sets.set(at, before === undefined ? { ...sample, at } : joined(before, sample));
  }
  return [...sets.values()].toSorted((a, b) => a.at - b.at);
}

function joined(set: Sample, other: Sample): Sample {
  return {
    at: set.at,
    count: set.count + other.count,
    sum: set.sum + other.sum,
    min: Math.min(set.min, other.min),
    max: Math.max(set.max, other.max),
  };
}
