/** A state change in one shape, whichever path and envelope it arrived in. `at` is when it changed, in ms. */
export type Signal = AlarmSignal | JobSignal | EndpointSignal | PackageSignal;

/** `region` and `account`: where the resource is; undefined if the message does not say. */
interface Common {
  readonly at: number;
  readonly region?: string;
  readonly account?: string;
}

/** The values of each dimension. A metric-math alarm reads several metrics, so a name can have several values. */
export type Dimensions = Readonly<Record<string, readonly string[]>>;

/** A CloudWatch alarm: metric, metric math, anomaly, composite, or one time series of an alarm over many. */
export interface AlarmSignal extends Common {
  readonly type: 'alarm';
  /** The name of the alarm, which rules match. */
  readonly name: string;
  /** The name of what changed: the alarm, or its time series, such as `MemoryUsage [Host=gold-1/algo-1]`. */
  readonly subject: string;
  readonly state: string;
  readonly reason: string;
  readonly arn?: string;
  readonly dimensions: Dimensions;
  /** For a composite alarm, which has no metric and no dimensions: the alarms that triggered it. */
  readonly children: readonly string[];
  /** The alarm evaluates many time series and reports each separately; this message only counts them. */
  readonly summary: boolean;
  /** Set if people asked CloudWatch to take no action on this change. */
  readonly muted?: Mute;
}

export interface Mute {
  readonly why: string;
  /** In ms; undefined if CloudWatch announces the end by itself. */
  readonly until?: number;
}

export interface JobSignal extends Common {
  readonly type: 'training-job';
  readonly job: string;
  readonly status: string;
  readonly secondaryStatus: string;
  readonly failureReason: string;
  readonly spot: boolean;
  /** The secondary statuses of the job, oldest first. */
  readonly statuses: readonly string[];
}

export interface EndpointSignal extends Common {
  readonly type: 'endpoint';
  readonly endpoint: string;
  /** In the API's spelling, such as `InService`. */
  readonly status: string;
  readonly failureReason: string;
}

export interface PackageSignal extends Common {
  readonly type: 'model-package';
  readonly arn: string;
  readonly status: string;
  readonly approval: string;
}
