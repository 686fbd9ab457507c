import { count } from '../in-words.ts';
import type { MetricPoint, MetricQuery, Metrics } from '../ports/metrics.ts';
import { figure } from './compare-figures.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html. Latency is in microseconds. */
const watched = [
  { metric: 'ModelLatency', label: 'Latency, ms', statistic: 'Average', divideBy: 1_000 },
  { metric: 'Invocation5XXErrors', label: 'Share of 5xx, %', statistic: 'Average', divideBy: 0.01 },
  {
    metric: 'InvocationModelErrors',
    label: 'Share of model errors, %',
    statistic: 'Average',
    divideBy: 0.01,
  },
] as const;

const minute = 60_000;
/** How long before the alarm the metrics begin. */
export const windowMs = 3 * 60 * minute;
const periodSeconds = 60;

export interface WatchedEndpoint {
  readonly endpoint: string;
  readonly variant: string;
  readonly failedAt: number;
}

/** One figure before and after the alarm, formatted for people. */
export interface Level {
  readonly label: string;
  readonly before: string;
  readonly since: string;
}

function queriesFor({ endpoint, variant }: WatchedEndpoint): MetricQuery[] {
  const dimensions = { EndpointName: endpoint, VariantName: variant };
  return watched.map(({ metric, statistic }) => ({
    namespace: 'AWS/SageMaker',
    metric,
    dimensions,
    statistic,
    periodSeconds,
  }));
}

export async function endpointSeries(
  of: WatchedEndpoint,
  now: number,
  metrics: Metrics,
): Promise<readonly (readonly MetricPoint[])[]> {
  return metrics.series(queriesFor(of), of.failedAt - windowMs, now);
}

/** Omits metrics without data on both sides of the alarm. */
export function levelsOf(series: readonly (readonly MetricPoint[])[], failedAt: number): readonly Level[] {
  return watched.flatMap(({ label, divideBy }, index) => {
    const { before, since } = aroundAlarm(series[index], failedAt);
    if (before === undefined || since === undefined) return [];
    return [{ label, before: inWords(before / divideBy), since: inWords(since / divideBy) }];
  });
}

/** The means before the alarm and since then; undefined without data. */
export function aroundAlarm(
  points: readonly MetricPoint[] = [],
  failedAt: number,
): { readonly before: number | undefined; readonly since: number | undefined } {
  return {
    before: mean(points.filter(({ at }) => at < failedAt - 5 * minute)),
    since: mean(points.filter(({ at }) => at >= failedAt - minute)),
  };
}

function mean(points: readonly MetricPoint[]): number | undefined {
  if (points.length === 0) return undefined;
  return points.reduce((sum, { value }) => sum + value, 0) / points.length;
}

function inWords(value: number): string {
  return value >= 100 ? count(Math.round(value)) : figure(value);
}

export async function endpointPicture(
  of: WatchedEndpoint,
  now: number,
  metrics: Metrics,
): Promise<Uint8Array> {
  const [latency, ...shares] = queriesFor(of);
  return metrics.picture({
    title: of.endpoint,
    from: of.failedAt - windowMs,
    to: now,
    unit: 'ms',
    moments: [{ label: 'alarm', at: of.failedAt }],
    lines: [
      ...(latency === undefined ? [] : [{ ...latency, label: 'Latency, ms', divideBy: 1_000 }]),
      ...shares.map((query, index) => ({
        ...query,
        label: watched[index + 1]?.label ?? query.metric,
        right: true as const,
      })),
    ],
  });
}
