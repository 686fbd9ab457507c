/** A state change in one shape, whichever path and envelope it arrived in. `at` is when it changed, in ms. */
export type Signal = AlarmSignal | JobSignal | EndpointSignal | PackageSignal;

interface Common {
  readonly at: number;
  /** From the ARN; undefined if the message has none. */
  readonly region?: string;
}

/** A CloudWatch alarm: metric, metric math, anomaly or composite. */
export interface AlarmSignal extends Common {
  readonly type: 'alarm';
  readonly name: string;
  readonly state: string;
  readonly reason: string;
  readonly arn?: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** For a composite alarm, which has no metric and no dimensions: the alarms that triggered it. */
  readonly children: readonly string[];
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
