import {
  type CloudWatchLogsClient,
  GetLogEventsCommand,
  type LogStream,
  paginateDescribeLogStreams,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Logs } from '../playbooks/ports.ts';
import { callAws, unless } from './errors.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html */
export const trainingLogGroup = '/aws/sagemaker/TrainingJobs';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html */
const mostEvents = 10_000;
/** A page may be empty though there are more; this many are read before what was found is taken for all. */
const mostPages = 20;

export function createLogs(client: CloudWatchLogsClient): Logs {
  return {
    tail: async (job, lines) => {
      // Before its first line a job has no stream, and before its first job an account has no group.
      const absent = (): readonly string[] => [];
      return unless(['job-not-found'], absent, async () => {
        const stream = await lastStream(client, job);
        return stream === undefined ? [] : readTail(client, stream, lines);
      });
    },
  };
}

/**
 * A job that was restarted after an interruption has one stream for each start, and their names end with the second
 * of that start. The dash keeps the tenth host out.
 */
async function lastStream(client: CloudWatchLogsClient, job: string): Promise<string | undefined> {
  const input = { logGroupName: trainingLogGroup, logStreamNamePrefix: `${job}/algo-1-` };
  return callAws(`DescribeLogStreams ${input.logStreamNamePrefix}`, async () => {
    const streams: LogStream[] = [];
    for await (const page of paginateDescribeLogStreams({ client }, input))
      streams.push(...(page.logStreams ?? []));
    return streams
      .flatMap(({ logStreamName }) => logStreamName ?? [])
      .toSorted()
      .at(-1);
  });
}

/** Pages lead backwards; the last one is known by its token, which does not change any more. */
async function readTail(
  client: CloudWatchLogsClient,
  stream: string,
  lines: number,
): Promise<readonly string[]> {
  let found: readonly string[] = [];
  let token: string | undefined;
  for (let page = 0; page < mostPages && found.length < lines; page += 1) {
    const input = {
      logGroupName: trainingLogGroup,
      logStreamName: stream,
      startFromHead: false,
      limit: Math.min(lines - found.length, mostEvents),
      nextToken: token,
    };
    const answer = await callAws(`GetLogEvents ${stream}`, () => client.send(new GetLogEventsCommand(input)));
    found = [...(answer.events ?? []).map(({ message = '' }) => message.trimEnd()), ...found];
    if (answer.nextBackwardToken === undefined || answer.nextBackwardToken === token) break;
    token = answer.nextBackwardToken;
  }
  return found.slice(Math.max(0, found.length - lines));
}
