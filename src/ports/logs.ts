/** The log stream of one host since its last start. */
export interface LogStream {
  readonly name: string;
  /** `algo-1`, `algo-2`, … */
  readonly host: string;
}

export interface LogLine {
  readonly at: number;
  readonly text: string;
}

/** CloudWatch Logs of training jobs. */
export interface Logs {
  /** The newest lines of the job's last `algo-1` stream, oldest first; empty when there is no stream yet. */
  readonly tail: (job: string, lines: number) => Promise<readonly string[]>;
  /** The last stream of each host, by the number of the host; empty when there is none yet. */
  readonly streams: (job: string) => Promise<readonly LogStream[]>;
  /** The newest lines of one stream, oldest first. */
  readonly newest: (stream: LogStream, lines: number) => Promise<readonly LogLine[]>;
}
