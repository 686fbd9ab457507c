import { z } from 'zod';
import { AwsError } from '../responses.ts';
import type { AllMetrics } from './all-metrics.ts';
import { evaluate } from './expression.ts';
import { aggregate, type Point, periodMs, rangeMs, statistic } from './metric.ts';

export const Dimensions = z
  .array(z.object({ Name: z.string(), Value: z.string() }))
  .max(30)
  .default([])
  .transform((list) => Object.fromEntries(list.map(({ Name, Value }) => [Name, Value])));

const Query = z.object({
  Id: z.string().regex(/^[a-z][a-zA-Z0-9_]*$/),
  MetricStat: z
    .object({
      Metric: z.object({ Namespace: z.string(), MetricName: z.string(), Dimensions }),
      Period: z.number(),
      Stat: z.string(),
    })
    .optional(),
  Expression: z.string().max(2048).optional(),
  Label: z.string().optional(),
  ReturnData: z.boolean().default(true),
});
type Query = z.infer<typeof Query>;

const Input = z.object({
  MetricDataQueries: z.array(Query).max(500),
  /** Epoch seconds. */
  StartTime: z.number(),
  EndTime: z.number(),
  ScanBy: z.enum(['TimestampAscending', 'TimestampDescending']).default('TimestampDescending'),
  MaxDatapoints: z.number().int().min(1).max(100_800).default(100_800),
  NextToken: z.string().optional(),
});

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
export function getMetricData(input: unknown, metrics: AllMetrics): unknown {
  const parsed = Input.safeParse(input);
  if (!parsed.success) throw new AwsError('ValidationError', z.prettifyError(parsed.error));
  const { MetricDataQueries: queries, StartTime, EndTime, ScanBy, MaxDatapoints, NextToken } = parsed.data;
  refuseAmbiguous(queries);
  const { from, to } = rangeMs(StartTime, EndTime);
  const series = new Map<string, readonly Point[]>();
  for (const query of queries)
    if (query.MetricStat !== undefined) series.set(query.Id, read(query, metrics, from, to));
  for (const { Id, Expression: expression } of queries)
    if (expression !== undefined)
      series.set(
        Id,
        evaluate(expression, (id) => series.get(id)),
      );
  const wanted = queries.filter(({ ReturnData }) => ReturnData);
  const ordered = wanted.map((query) => {
    const points = series.get(query.Id) ?? [];
    return { query, points: ScanBy === 'TimestampAscending' ? points : points.toReversed() };
  });
  return onePage(ordered, Number(NextToken ?? 0), MaxDatapoints);
}

function refuseAmbiguous(queries: readonly Query[]): void {
  const ids = queries.map(({ Id }) => Id);
  const duplicate = ids.find((id, index) => ids.indexOf(id) !== index);
  if (duplicate !== undefined)
    throw new AwsError(
      'ValidationError',
      `The values for parameter Id in MetricDataQueries are not unique: ${duplicate}`,
    );
  const ambiguous = queries.find(
    (query) => (query.MetricStat === undefined) === (query.Expression === undefined),
  );
  if (ambiguous !== undefined)
    throw new AwsError(
      'ValidationError',
      `Exactly one of MetricStat and Expression must be given for ${ambiguous.Id}.`,
    );
}

/** An unknown metric has no points; this is not an error. */
function read({ MetricStat: stat }: Query, metrics: AllMetrics, from: number, to: number): readonly Point[] {
  if (stat === undefined) return [];
  const { Namespace, MetricName, Dimensions: dimensions } = stat.Metric;
  const value = statistic(stat.Stat);
  if (value === undefined)
    throw new AwsError('ValidationError', `The value '${stat.Stat}' for parameter Stat is not valid.`);
  const period = periodMs(stat.Period);
  const metric = metrics.find(Namespace, MetricName, dimensions);
  return metric === undefined
    ? []
    : aggregate(metric, period, from, to).map((set) => ({ at: set.at, value: value(set) }));
}

interface Ordered {
  readonly query: Query;
  readonly points: readonly Point[];
}

/** The page limit counts points across all series. A series that continues on the next page is marked PartialData. */
function onePage(series: readonly Ordered[], start: number, maxPoints: number): unknown {
  let before = 0;
  const MetricDataResults = series.flatMap(({ query, points }) => {
    const first = Math.max(0, start - before);
    const page = points.slice(first, Math.max(first, start + maxPoints - before));
    before += points.length;
    if (page.length === 0 && points.length > 0) return [];
    return [
      {
        Id: query.Id,
        Label: query.Label ?? query.MetricStat?.Metric.MetricName ?? query.Id,
        Timestamps: page.map(({ at }) => at / 1000),
        Values: page.map(({ value }) => value),
        StatusCode: first + page.length < points.length ? 'PartialData' : 'Complete',
      },
    ];
  });
  return {
    MetricDataResults,
    Messages: [],
    ...(start + maxPoints < before ? { NextToken: String(start + maxPoints) } : {}),
  };
}
