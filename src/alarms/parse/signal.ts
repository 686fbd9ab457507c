/** What came in, in one shape whatever carried it. `at` is when the state changed, in ms. */
export type Signal = AlarmSignal | JobSignal | EndpointSignal | PackageSignal;

interface Common {
  readonly at: number;
  /** From the ARN; undefined where the message has none that can be read. */
  readonly region?: string;
}

/** A CloudWatch alarm: on a metric, on metric maths, on an anomaly, or a composite of other alarms. */
export interface AlarmSignal extends Common {
  readonly type: 'alarm';
  readonly name: string;
  readonly state: string;
  readonly reason: string;
  readonly arn?: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** Of a composite alarm: the alarms that set it off. It watches no metric, so it has no dimensions. */
  readonly children: readonly string[];
}

export interface JobSignal extends Common {
  readonly type: 'training-job';
  readonly job: string;
  readonly status: string;
  readonly secondaryStatus: string;
  readonly failureReason: string;
  readonly spot: boolean;
  /** The secondary statuses that the job went through, oldest first. */
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
