/** The log stream of one host since its last start. */
export interface LogStream {
  readonly name: string;
  /** `algo-1`, `algo-2`, … */
  readonly host: string;
}

/** One log event; `at` is its timestamp in milliseconds since the epoch. */
export interface LogLine {
  readonly at: number;
  readonly text: string;
}

/**
 * CloudWatch Logs of training jobs. A restarted job has one stream per start and host.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html
 *
 * @example const lines = await logs.tail(job, 200)
 */
export interface Logs {
  /** The newest lines of the job's last `algo-1` stream, oldest first; empty if there is no stream yet. */
  readonly tail: (job: string, lines: number) => Promise<readonly string[]>;
  /** The last stream of each host, ordered by host number; empty if there is none yet. */
  readonly streams: (job: string) => Promise<readonly LogStream[]>;
  /** The newest lines of one stream, oldest first. */
  readonly newest: (stream: LogStream, lines: number) => Promise<readonly LogLine[]>;
}
