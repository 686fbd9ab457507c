import {
  type LogStream as AwsStream,
  type CloudWatchLogsClient,
  GetLogEventsCommand,
  paginateDescribeLogStreams,
} from '@aws-sdk/client-cloudwatch-logs';
import { append } from '../../ports/collections.ts';
import type { LogLine, LogStream, Logs } from '../../ports/ports.ts';
import { callAws, unless } from '../aws-errors.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html */
export const trainingLogGroup = '/aws/sagemaker/TrainingJobs';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html */
const maxEvents = 10_000;
/** A page can be empty even if more follow. After this many pages, the lines found so far count as all. */
const maxPages = 20;

export function createLogs(client: CloudWatchLogsClient): Logs {
  return {
    tail: async (job, lines) => {
      const [first] = await lastStreams(client, job, 'algo-1-');
      const found = first === undefined ? [] : await readTail(client, first.name, lines);
      return found.map(({ text }) => text);
    },
    // The slash keeps the streams of `job-10` out of those of `job-1`.
    streams: (job) => lastStreams(client, job, 'algo-'),
    newest: ({ name }, lines) => readTail(client, name, lines),
  };
}

/**
 * The newest stream of each host. A job that was restarted after an interruption has one stream per start and host, and
 * the stream name ends with the time of that start in seconds. A job has no stream before its first line, and an account
 * has no log group before its first job.
 */
async function lastStreams(
  client: CloudWatchLogsClient,
  job: string,
  hosts: string,
): Promise<readonly LogStream[]> {
  const input = { logGroupName: trainingLogGroup, logStreamNamePrefix: `${job}/${hosts}` };
  const names = await unless(['job-not-found'], () =>
    callAws(`DescribeLogStreams ${input.logStreamNamePrefix}`, async () => {
      const streams: AwsStream[] = [];
      for await (const page of paginateDescribeLogStreams({ client }, input))
        append(streams, page.logStreams ?? []);
      return streams.flatMap(({ logStreamName }) => logStreamName ?? []);
    }),
  );
  return lastOfEachHost(names ?? []);
}

function lastOfEachHost(names: readonly string[]): readonly LogStream[] {
  const last = new Map<number, LogStream>();
  for (const name of names.toSorted()) {
    const number = /\/algo-(\d+)-\d+$/.exec(name)?.[1];
    if (number !== undefined) last.set(Number(number), { name, host: `algo-${number}` });
  }
  return [...last].toSorted(([one], [other]) => one - other).map(([, stream]) => stream);
}

/** Reads pages backward. The last page returns the same token that it was called with. */
async function readTail(
  client: CloudWatchLogsClient,
  stream: string,
  lines: number,
): Promise<readonly LogLine[]> {
  let found: readonly LogLine[] = [];
  let token: string | undefined;
  for (let page = 0; page < maxPages && found.length < lines; page += 1) {
    const input = {
      logGroupName: trainingLogGroup,
      logStreamName: stream,
      startFromHead: false,
      limit: Math.min(lines - found.length, maxEvents),
      nextToken: token,
    };
    const answer = await callAws(`GetLogEvents ${stream}`, () => client.send(new GetLogEventsCommand(input)));
    const events = answer.events ?? [];
    found = [
      ...events.map(({ message = '', timestamp: at = 0 }) => ({ at, text: message.trimEnd() })),
      ...found,
    ];
    if (answer.nextBackwardToken === undefined || answer.nextBackwardToken === token) break;
    token = answer.nextBackwardToken;
  }
  return found.slice(Math.max(0, found.length - lines));
}
