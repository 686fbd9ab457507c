import {
  type CloudWatchClient,
  GetMetricWidgetImageCommand,
  type MetricDataQuery,
  paginateGetMetricData,
} from '@aws-sdk/client-cloudwatch';
import { OpsError } from '../../errors.ts';
import { append } from '../../ports/collections.ts';
import type { MetricPicture, MetricPoint, MetricQuery, Metrics, PictureLine } from '../../ports/metrics.ts';
import { callAws } from '../aws-errors.ts';

/** Limits per call: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const maxQueries = 500;
const maxPoints = 100_800;

/** CloudWatch allows 20 images per second and account; a throttled call goes back to the queue. */
export function createMetrics(client: CloudWatchClient): Metrics {
  return {
    series: async (queries, from, to) => {
      const found: (readonly MetricPoint[])[] = [];
      for (let first = 0; first < queries.length; first += maxQueries)
        append(found, await readSeries(client, queries.slice(first, first + maxQueries), from, to));
      return found;
    },
    picture: async (picture) => draw(client, picture),
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

async function draw(client: CloudWatchClient, picture: MetricPicture): Promise<Uint8Array> {
  const input = { MetricWidget: JSON.stringify(widgetOf(picture)), OutputFormat: 'png' };
  return callAws('GetMetricWidgetImage', async () => {
    const { MetricWidgetImage: bytes } = await client.send(new GetMetricWidgetImageCommand(input));
    if (bytes === undefined || bytes.length === 0)
      throw new OpsError('aws-refused', 'GetMetricWidgetImage: the response contains no image');
    return bytes;
  });
}

type Widget = { readonly [key: string]: unknown };

/** The limit is 2,000 by 2,000 pixels. A picture that is 1,200 wide is readable in a Slack thread without opening it. */
const size = { width: 1_200, height: 480 };

/** CloudWatch rejects widgets over 100 kB. Names come from users, so they must not use it up. */
const maxLabelLength = 200;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Metric-Widget-Structure.html */
function widgetOf({ title, lines, from, to, unit, threshold, moments }: MetricPicture): Widget {
  return {
    ...size,
    title: title.slice(0, maxLabelLength),
    view: 'timeSeries',
    stacked: false,
    timezone: '+0000',
    start: isoTime(from),
    end: isoTime(to),
    yAxis: { left: { min: 0, label: unit, showUnits: false }, right: { showUnits: false } },
    metrics: lines.flatMap(rowsOf),
    annotations: {
      horizontal: threshold === undefined ? [] : [threshold],
      vertical: moments.map(({ label, at }) => ({ label, value: isoTime(at) })),
    },
  };
}

/** A scaled line needs two rows: the hidden metric and the expression that divides it. */
function rowsOf(line: PictureLine, index: number): unknown[] {
  const { namespace, metric, dimensions, statistic: stat, periodSeconds: period, divideBy = 1 } = line;
  const drawn = {
    label: line.label.slice(0, maxLabelLength),
    ...(line.right === true && { yAxis: 'right' }),
  };
  const head = [namespace, metric, ...Object.entries(dimensions).flat()];
  const id = `m${index + 1}`;
  if (divideBy === 1) return [[...head, { id, stat, period, ...drawn }]];
  return [
    [...head, { id, stat, period, visible: false }],
    [{ expression: `${id}/${divideBy}`, id: `e${index + 1}`, ...drawn }],
  ];
}

function isoTime(at: number): string {
  return new Date(at).toISOString();
}
