import type { Endpoint } from '../models/endpoint.ts';
import type { Health, Level } from '../models/health.ts';
import { type Metric, noise, type Sample } from './metric.ts';

/** Requests are aggregated into slots of this length. */
const slotMs = 10_000;
const slotsInMinute = 6;

/** Statistics of the requests in one slot; `swing` is between -1 and 1. */
type Measure = (level: Level, requests: number, swing: number) => Omit<Sample, 'at'>;

/** A failed request counts as 1 and a successful one as 0, so the average is the error rate. */
const share =
  (of: 'errors4xx' | 'errors5xx'): Measure =>
  (level, requests, swing) => {
    const failed = (requests * level[of] * (1 + swing * 0.3)) / level.invocations;
    return { count: requests, sum: failed, min: 0, max: failed > 0 ? 1 : 0 };
  };

const around =
  (mean: (level: Level) => number, spread: number): Measure =>
  (level, requests, swing) => {
    const value = mean(level) * (1 + swing * 0.06);
    return { count: requests, sum: value * requests, min: value * (1 - spread), max: value * (1 + spread) };
  };

interface Measured {
  readonly namespace?: string;
  readonly name: string;
  readonly unit: string;
  readonly of: Measure;
}

/** https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html; latencies are in microseconds. */
const measured: readonly Measured[] = [
  {
    name: 'Invocations',
    unit: 'Count',
    of: (_, requests) => ({ count: requests, sum: requests, min: 1, max: 1 }),
  },
  { name: 'Invocation4XXErrors', unit: 'Count', of: share('errors4xx') },
  { name: 'Invocation5XXErrors', unit: 'Count', of: share('errors5xx') },
  { name: 'InvocationModelErrors', unit: 'Count', of: share('errors5xx') },
  {
    name: 'ModelLatency',
    unit: 'Microseconds',
    of: around(({ latencyMicroseconds }) => latencyMicroseconds, 0.6),
  },
  { name: 'OverheadLatency', unit: 'Microseconds', of: around(() => 9_000, 0.4) },
  {
    namespace: 'SRL/Serving',
    name: 'ModelPerformance',
    unit: 'None',
    of: around(({ performance }) => performance, 0.2),
  },
];

/** The metrics of an endpoint's variants, computed from its health over time. */
export function endpointMetrics(endpoint: Endpoint, health: Health): readonly Metric[] {
  return endpoint.variants.flatMap(({ name: VariantName }) =>
    measured.map(({ namespace = 'AWS/SageMaker', name, unit, of }) => ({
      namespace,
      name,
      dimensions: { EndpointName: endpoint.name, VariantName },
      unit,
      samples: (from, to) => {
        const start = Math.ceil(from / slotMs);
        const end = Math.ceil(Math.min(to, Date.now()) / slotMs);
        return Array.from({ length: Math.max(0, end - start) }, (_, nth) => start + nth).flatMap((slot) => {
          const at = slot * slotMs;
          const level = health.at(endpoint.name, at);
          if (level === undefined) return [];
          const swing = noise(`${endpoint.name}${name}`, slot);
          return [{ at, ...of(level, level.invocations / slotsInMinute, swing) }];
        });
      },
    })),
  );
}
