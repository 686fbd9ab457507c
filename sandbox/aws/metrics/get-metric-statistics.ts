import { z } from 'zod';
import { AwsError } from '../answers.ts';
import type { AllMetrics } from './all-metrics.ts';
import { Dimensions } from './get-metric-data.ts';
import { inPeriods, statistic } from './metric.ts';
import { periodMs, rangeMs } from './time-range.ts';

const mostDatapoints = 1_440;

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

/** Datapoints come in no order: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html */
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
  const sets = metric === undefined ? [] : inPeriods(metric, periodMs(Period), from, to);
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

function refuseTooMany(asked: number): void {
  if (asked > mostDatapoints)
    throw new AwsError(
      'InvalidParameterCombination',
      `You have requested up to ${asked.toLocaleString('en')} datapoints, which exceeds the limit of ${mostDatapoints.toLocaleString('en')}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
    );
}

/** Out of order, and always in the same way. */
function shuffled<One>(list: readonly One[]): readonly One[] {
  const odd = list.filter((_, index) => index % 2 === 1);
  return [...odd.toReversed(), ...list.filter((_, index) => index % 2 === 0)];
}
