import { count, quote } from '../in-words.ts';
import type { MetricPoint, MetricQuery, Metrics } from '../ports/metrics.ts';
import type { EndpointAlarm, WatchedMetric } from '../ports/models.ts';
import type { Ports } from '../ports/ports.ts';
import { type ComparedFigure, compareFigures, figure } from './compare-figures.ts';

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
const windowMs = 3 * 60 * minute;
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
    const points = series[index] ?? [];
    const before = mean(points.filter(({ at }) => at < failedAt - 5 * minute));
    const since = mean(points.filter(({ at }) => at >= failedAt - minute));
    if (before === undefined || since === undefined) return [];
    return [{ label, before: inWords(before / divideBy), since: inWords(since / divideBy) }];
  });
}

function mean(points: readonly MetricPoint[]): number | undefined {
  if (points.length === 0) return undefined;
  return points.reduce((sum, { value }) => sum + value, 0) / points.length;
}

function inWords(value: number): string {
  return value >= 100 ? count(Math.round(value)) : String(Number(value.toPrecision(3)));
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

export interface AlarmedEndpoint {
  readonly endpoint: string;
  readonly failedAt: number;
  /** Names of the incident's alarms. */
  readonly alarms: readonly string[];
}

/** The metric of an alarm, compared before and after the alarm. */
export interface AlarmedMetric extends ComparedFigure {
  /** The alarm condition, such as `below 0.6`. */
  readonly limit: string;
}

/** The metrics of the incident's alarms, or of all current alarms of the endpoint if none of those is known. */
export async function alarmedMetrics(of: AlarmedEndpoint, ports: Ports): Promise<AlarmedMetric[]> {
  const all = await ports.models.alarmsOf(of.endpoint);
  const named = all.filter(({ name }) => of.alarms.includes(name));
  const chosen = named.length > 0 ? named : all.filter(({ state }) => state === 'ALARM');
  const watched = chosen.flatMap(({ watches }: EndpointAlarm) => (watches === undefined ? [] : [watches]));
  const series = await ports.metrics.series(watched, of.failedAt - windowMs, ports.clock.now());
  return watched.map((one, index) => {
    const points = series[index] ?? [];
    const before = mean(points.filter(({ at }) => at < of.failedAt - 5 * minute));
    const after = mean(points.filter(({ at }) => at >= of.failedAt - minute));
    const good = one.ringsWhen === 'below' ? 'higher' : 'lower';
    const compared = compareFigures(quote(one.metric, 60), { before, after }, good);
    return { ...compared, limit: limitOf(one) };
  });
}

function limitOf({ ringsWhen, threshold }: WatchedMetric): string {
  return `${ringsWhen} ${figure(threshold)}`;
}
