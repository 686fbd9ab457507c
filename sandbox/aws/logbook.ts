import { AwsError } from './answers.ts';
import type { Job } from './job.ts';

interface Line {
  readonly timestamp: number;
  readonly message: string;
}

const group = '/aws/sagemaker/TrainingJobs';
const kept = 2_000;

/** CloudWatch Logs of the training jobs: one stream for each start of a job. */
export class Logbook {
  private readonly streams = new Map<string, Line[]>();

  /** `at`: when it was written, in ms; only the past of a seeded job is written afterwards. */
  write(job: Job, message: string, at = Date.now()): void {
    const start = job.transitions.findLast(({ Status }) => Status === 'Training')?.StartTime ?? job.createdAt;
    const name = `${job.name}/algo-1-${Math.floor(start)}`;
    const lines = this.streams.get(name) ?? [];
    lines.push({ timestamp: at, message });
    job.measure(message, at);
    if (lines.length > kept) lines.shift();
    this.streams.set(name, lines);
  }

  /** Everything that is kept of a job, over all of its starts. */
  linesOf({ name }: Job): readonly Line[] {
    return [...this.streams].flatMap(([stream, lines]) => (stream.startsWith(`${name}/`) ? lines : []));
  }

  describeLogStreams({
    logGroupName,
    logStreamNamePrefix = '',
    limit = 50,
  }: {
    logGroupName?: string;
    logStreamNamePrefix?: string;
    limit?: number;
  }): unknown {
    if (logGroupName !== group)
      throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
    const names = [...this.streams.keys()].filter((name) => name.startsWith(logStreamNamePrefix)).toSorted();
    return {
      logStreams: names.slice(0, limit).map((logStreamName) => ({
        logStreamName,
        lastEventTimestamp: this.streams.get(logStreamName)?.at(-1)?.timestamp,
      })),
    };
  }

  getLogEvents({
    logStreamName = '',
    limit = 10_000,
    nextToken,
  }: {
    logStreamName?: string;
    limit?: number;
    nextToken?: string;
  }): unknown {
    const lines = this.streams.get(logStreamName);
    if (lines === undefined)
      throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
    // A token names the line before which to read; at the start the same token comes back, as in the real service.
    const end =
      nextToken === undefined ? lines.length : Number(/^b\/(\d+)$/.exec(nextToken)?.[1] ?? lines.length);
    const start = Math.max(0, end - limit);
    return {
      events: lines.slice(start, end).map((line) => ({ ...line, ingestionTime: line.timestamp })),
      nextBackwardToken: `b/${start}`,
      nextForwardToken: `f/${end}`,
    };
  }
}
