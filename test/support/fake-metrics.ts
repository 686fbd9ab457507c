import type { MetricPicture, MetricPoint, MetricQuery, Metrics } from '../../src/ports/metrics.ts';

/** In-memory CloudWatch metrics for actions. */
export interface FakeMetrics extends Metrics {
  /** Keyed by metric and dimension values, such as `GPUMemoryUtilization srl-rlvr-gold/algo-1`. */
  readonly points: Map<string, readonly MetricPoint[]>;
  readonly asked: {
    readonly queries: readonly MetricQuery[];
    readonly from: number;
    readonly to: number;
  }[];
  readonly pictures: MetricPicture[];
}

export function fakeMetrics(): FakeMetrics {
  const points: FakeMetrics['points'] = new Map();
  const asked: FakeMetrics['asked'] = [];
  const pictures: MetricPicture[] = [];
  return {
    points,
    asked,
    pictures,
    series: async (queries, from, to) => {
      asked.push({ queries, from, to });
      return queries.map(({ metric, dimensions }) =>
        (points.get(`${metric} ${Object.values(dimensions).join()}`) ?? []).filter(
          ({ at }) => at >= from && at < to,
        ),
      );
    },
    picture: async (picture) => {
      pictures.push(picture);
      return new TextEncoder().encode('\u0089PNG');
    },
  };
}
