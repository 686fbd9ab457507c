import type { Job } from './job.ts';
import { AwsError } from './responses.ts';

interface Line {
  readonly timestamp: number;
  readonly message: string;
}

const group = '/aws/sagemaker/TrainingJobs';
const maxLines = 2_000;

/** CloudWatch Logs of the training jobs, with one stream per start of a job. */
export class Logbook {
  private readonly streams = new Map<string, Line[]>();

  /** `at` is in ms. Only the history of a seeded job is written with a past time. */
  write(job: Job, message: string, at = Date.now()): void {
    const start = job.transitions.findLast(({ Status }) => Status === 'Training')?.StartTime ?? job.createdAt;
    const name = `${job.name}/algo-1-${Math.floor(start)}`;
    const lines = this.streams.get(name) ?? [];
    lines.push({ timestamp: at, message });
    job.measure(message, at);
    if (lines.length > maxLines) lines.shift();
    this.streams.set(name, lines);
  }

  /** All retained lines of a job, across its starts. */
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
    // A token names the line to read backward from. At the start, the same token is returned, as in the real service.
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
