/**
 * One statistic of one metric, at one resolution.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 *
 * @example { namespace, metric: 'GPUMemoryUtilization', dimensions: { Host }, statistic: 'Maximum', periodSeconds: 60 }
 */
export interface MetricQuery {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: 'Average' | 'Maximum' | 'Minimum' | 'Sum' | 'SampleCount';
  /** A multiple of 60. CloudWatch keeps one-minute data for 15 days. */
  readonly periodSeconds: number;
}

/** One data point; `at` is the start of its period, in milliseconds since the epoch. */
export interface MetricPoint {
  readonly at: number;
  readonly value: number;
}

/** One line of a picture. */
export interface PictureLine extends MetricQuery {
  readonly label: string;
  /** Plots value / divideBy, for metrics that AWS sums over GPUs. */
  readonly divideBy?: number;
  /** Plots on the right axis, for a different unit. */
  readonly right?: true;
}

/**
 * A graph over time, in UTC. `from` and `to` are milliseconds since the epoch.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Metric-Widget-Structure.html
 */
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

/** Reads CloudWatch metrics. `from` and `to` are milliseconds since the epoch. */
export interface Metrics {
  /** The points of each query, in the order of the queries, oldest first; empty if the metric does not exist. */
  readonly series: (
    queries: readonly MetricQuery[],
    from: number,
    to: number,
  ) => Promise<readonly (readonly MetricPoint[])[]>;
  /** Draws the graph and returns the bytes of a PNG. Throws `aws-refused` if CloudWatch returns no image. */
  readonly picture: (picture: MetricPicture) => Promise<Uint8Array>;
}
