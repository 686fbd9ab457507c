/** CloudWatch metrics, in our words; `src/aws/cloudwatch/metrics.ts` implements them. */

/** One statistic of one metric, at one resolution. */
export interface MetricQuery {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: 'Average' | 'Maximum' | 'Minimum' | 'Sum' | 'SampleCount';
  /** A multiple of 60; CloudWatch keeps one-minute data for 15 days. */
  readonly periodSeconds: number;
}

/** `at` is the start of the period, in milliseconds since the epoch. */
export interface MetricPoint {
  readonly at: number;
  readonly value: number;
}

export interface PictureLine extends MetricQuery {
  readonly label: string;
  /** Plots value / divideBy, for metrics that AWS sums over GPUs. */
  readonly divideBy?: number;
  /** Plots on the right axis, for a different unit. */
  readonly right?: true;
}

/** A graph over time, in UTC. */
export interface MetricPicture {
  readonly title: string;
  /** At most 100. */
  readonly lines: readonly PictureLine[];
  readonly from: number;
  readonly to: number;
  /** The unit of the left axis, which starts at 0. */
  readonly unit: string;
  /** A horizontal line. */
  readonly threshold?: { readonly label: string; readonly value: number };
  /** Vertical lines. */
  readonly moments: readonly { readonly label: string; readonly at: number }[];
}

export interface Metrics {
  /** The points of each query, in the order of the queries, oldest first; empty if the metric does not exist. */
  readonly series: (
    queries: readonly MetricQuery[],
    from: number,
    to: number,
  ) => Promise<readonly (readonly MetricPoint[])[]>;
  /** Returns the bytes of a PNG. */
  readonly picture: (picture: MetricPicture) => Promise<Uint8Array>;
}
