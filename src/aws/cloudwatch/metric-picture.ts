import { type CloudWatchClient, GetMetricWidgetImageCommand } from '@aws-sdk/client-cloudwatch';
import { OpsError } from '../../errors.ts';
import type { MetricPicture, PictureLine } from '../../ports/metrics.ts';
import { callAws } from '../aws-errors.ts';

/** CloudWatch allows 20 images per second and account; a throttled call goes back to the queue. */
export async function drawMetrics(client: CloudWatchClient, picture: MetricPicture): Promise<Uint8Array> {
  const input = { MetricWidget: JSON.stringify(widgetOf(picture)), OutputFormat: 'png' };
  return callAws('GetMetricWidgetImage', async () => {
    const { MetricWidgetImage: bytes } = await client.send(new GetMetricWidgetImageCommand(input));
    if (bytes === undefined || bytes.length === 0)
      throw new OpsError('aws-refused', 'GetMetricWidgetImage: the response contains no image');
    return bytes;
  });
}

/** The limit is 2,000 by 2,000 pixels. A picture that is 1,200 wide is readable in a Slack thread without opening it. */
const size = { width: 1_200, height: 480 };

/** CloudWatch rejects widgets over 100 kB. Names come from users, so they must not use it up. */
const maxLabelLength = 200;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Metric-Widget-Structure.html */
function widgetOf({ title, lines, from, to, unit, threshold, moments }: MetricPicture): object {
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
