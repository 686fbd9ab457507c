import { z } from 'zod';
import { AwsError } from '../responses.ts';
import type { AllMetrics } from './all-metrics.ts';
import { Dimensions } from './get-metric-data.ts';
import { aggregate, periodMs, rangeMs, statistic } from './metric.ts';

const maxDatapoints = 1_440;

const Input = z.object({
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions,
  /** Epoch seconds. */
  StartTime: z.number(),
  EndTime: z.number(),
  Period: z.number(),
  Statistics: z.array(z.enum(['Average', 'Maximum', 'Minimum', 'Sum', 'SampleCount'])).optional(),
  ExtendedStatistics: z.array(z.string().regex(/^p/)).optional(),
});

/** Datapoints are returned in no particular order: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html */
export function getMetricStatistics(input: unknown, metrics: AllMetrics): unknown {
  const parsed = Input.safeParse(input);
  if (!parsed.success) throw new AwsError('ValidationError', z.prettifyError(parsed.error));
  const { Namespace, MetricName, StartTime, EndTime, Period, Statistics, ExtendedStatistics } = parsed.data;
  if ((Statistics === undefined) === (ExtendedStatistics === undefined))
    throw new AwsError(
      'InvalidParameterCombination',
      'Must specify either Statistics or ExtendedStatistics, and not both.',
    );
  const { from, to } = rangeMs(StartTime, EndTime);
  refuseTooMany(Math.ceil((to - from) / periodMs(Period)));
  const metric = metrics.find(Namespace, MetricName, parsed.data.Dimensions);
  const sets = metric === undefined ? [] : aggregate(metric, periodMs(Period), from, to);
  const valuesOf = (names: readonly string[], set: (typeof sets)[number]): Record<string, number> =>
    Object.fromEntries(names.map((name) => [name, statistic(name)?.(set) ?? 0]));
  const Datapoints = sets.map((set) => ({
    Timestamp: set.at / 1000,
    Unit: metric?.unit,
    ...valuesOf(Statistics ?? [], set),
    ...(ExtendedStatistics === undefined ? {} : { ExtendedStatistics: valuesOf(ExtendedStatistics, set) }),
  }));
  return { Label: MetricName, Datapoints: shuffled(Datapoints) };
}

function refuseTooMany(requested: number): void {
  if (requested > maxDatapoints)
    throw new AwsError(
      'InvalidParameterCombination',
      `You have requested up to ${requested.toLocaleString('en')} datapoints, which exceeds the limit of ${maxDatapoints.toLocaleString('en')}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
    );
}

/** Returns the items out of order, but always in the same order. */
function shuffled<One>(list: readonly One[]): readonly One[] {
  const odd = list.filter((_, index) => index % 2 === 1);
  return [...odd.toReversed(), ...list.filter((_, index) => index % 2 === 0)];
}
