import type { MetricPicture, PictureLine } from '../../ports/metrics.ts';

type Widget = { readonly [key: string]: unknown };

/** At most 2,000 by 2,000; what is 1,200 wide is readable in a Slack thread without opening it. */
const size = { width: 1_200, height: 480 };

/** CloudWatch refuses a widget above 100 kB, so a name that others chose must not fill it. */
const longestLabel = 200;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Metric-Widget-Structure.html */
export function widgetOf({ title, lines, from, to, unit, threshold, moments }: MetricPicture): Widget {
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
