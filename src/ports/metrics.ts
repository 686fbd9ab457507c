/** CloudWatch metrics, in our words; `src/aws/cloudwatch/metrics.ts` implements them. */

/** One metric, one statistic, one grid. */
export interface MetricQuery {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: 'Average' | 'Maximum' | 'Minimum' | 'Sum' | 'SampleCount';
  /** A multiple of 60; CloudWatch keeps the one-minute grid for 15 days. */
  readonly periodSeconds: number;
}

/** `at` is the beginning of the period, in ms. */
export interface MetricPoint {
  readonly at: number;
  readonly value: number;
}

export interface PictureLine extends MetricQuery {
  readonly label: string;
  /** Drawn as value / divideBy, for what AWS adds up over GPUs. */
  readonly divideBy?: number;
  /** On the right axis, for what is not in the unit of the left one. */
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
  /** The points of each query, in the order of the queries, oldest first; none where there is no such metric. */
  readonly series: (
    queries: readonly MetricQuery[],
    from: number,
    to: number,
  ) => Promise<readonly (readonly MetricPoint[])[]>;
  /** The bytes of a PNG. */
  readonly picture: (picture: MetricPicture) => Promise<Uint8Array>;
}
