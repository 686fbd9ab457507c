import {
  type CloudWatchClient,
  type MetricDataQuery,
  paginateGetMetricData,
} from '@aws-sdk/client-cloudwatch';
import { append } from '../../ports/collections.ts';
import type { MetricPoint, MetricQuery, Metrics } from '../../ports/metrics.ts';
import { callAws } from '../aws-errors.ts';
import { drawMetrics } from './metric-picture.ts';

/** Limits per call: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const maxQueries = 500;
const maxPoints = 100_800;

export function createMetrics(client: CloudWatchClient): Metrics {
  return {
    series: async (queries, from, to) => {
      const found: (readonly MetricPoint[])[] = [];
      for (let first = 0; first < queries.length; first += maxQueries)
        append(found, await readSeries(client, queries.slice(first, first + maxQueries), from, to));
      return found;
    },
    picture: (picture) => drawMetrics(client, picture),
  };
}

/** Reads the points of each query. A series can be split over several pages, each under the ID of its query. */
async function readSeries(
  client: CloudWatchClient,
  queries: readonly MetricQuery[],
  from: number,
  to: number,
): Promise<readonly (readonly MetricPoint[])[]> {
  const points = new Map<string, MetricPoint[]>(queries.map((_, index) => [idOf(index), []]));
  const input = {
    MetricDataQueries: queries.map(asQuery),
    StartTime: new Date(from),
    EndTime: new Date(to),
    ScanBy: 'TimestampAscending' as const,
    MaxDatapoints: maxPoints,
  };
  await callAws(`GetMetricData ${queries[0]?.namespace ?? ''}`, async () => {
    for await (const page of paginateGetMetricData({ client }, input))
      for (const { Id = '', Timestamps = [], Values = [] } of page.MetricDataResults ?? [])
        append(points.get(Id) ?? [], pairs(Timestamps, Values));
  });
  return [...points.values()].map((series) => series.toSorted((one, other) => one.at - other.at));
}

function idOf(index: number): string {
  return `m${index}`;
}

function asQuery(query: MetricQuery, index: number): MetricDataQuery {
  const { namespace, metric, dimensions, statistic, periodSeconds } = query;
  return {
    Id: idOf(index),
    MetricStat: {
      Metric: {
        Namespace: namespace,
        MetricName: metric,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Period: periodSeconds,
      Stat: statistic,
    },
  };
}

function pairs(times: readonly Date[], values: readonly number[]): MetricPoint[] {
  return times.flatMap((time, index) => {
    const value = values[index];
    return value === undefined ? [] : [{ at: time.getTime(), value }];
  });
}
