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

/** Of one call: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const mostQueries = 500;
const mostPoints = 100_800;

/** The image is asked for at most 20 times a second in an account; a throttled call goes back to the queue. */
export function createMetrics(client: CloudWatchClient): Metrics {
  return {
    series: async (queries, from, to) => {
      const found: (readonly MetricPoint[])[] = [];
      for (let first = 0; first < queries.length; first += mostQueries)
        append(found, await readSeries(client, queries.slice(first, first + mostQueries), from, to));
      return found;
    },
    picture: async (picture) => draw(client, picture),
  };
}

/** A series may come in parts over several pages, each under the id of its query. */
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
    MaxDatapoints: mostPoints,
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
      throw new OpsError('aws-refused', 'GetMetricWidgetImage: the answer holds no picture');
    return bytes;
  });
}

type Widget = { readonly [key: string]: unknown };

/** At most 2,000 by 2,000; what is 1,200 wide is readable in a Slack thread without opening it. */
const size = { width: 1_200, height: 480 };

/** CloudWatch refuses a widget above 100 kB, so a name that others chose must not fill it. */
const longestLabel = 200;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Metric-Widget-Structure.html */
function widgetOf({ title, lines, from, to, unit, threshold, moments }: MetricPicture): Widget {
  return {
    ...size,
    title: title.slice(0, longestLabel),
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

/** A line that is divided takes two rows: the metric, hidden, and the expression over it. */
function rowsOf(line: PictureLine, index: number): unknown[] {
  const { namespace, metric, dimensions, statistic: stat, periodSeconds: period, divideBy = 1 } = line;
  const drawn = { label: line.label.slice(0, longestLabel), ...(line.right === true && { yAxis: 'right' }) };
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
