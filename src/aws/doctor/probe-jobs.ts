import { type AlarmType, type CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { DescribeLogStreamsCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { ListEndpointsCommand, ListTrainingJobsCommand } from '@aws-sdk/client-sagemaker';
import { OpsError } from '../../errors.ts';
import { callAws, unless } from '../aws-errors.ts';
import type { Clients } from '../clients.ts';
import { trainingLogGroup } from '../cloudwatch/logs.ts';
import { describeRaw, findRaw } from '../training/describe-job.ts';
import { tagsOf } from '../training/job-tags.ts';
import { callProbe, type Probe } from './probe.ts';

export function jobProbes({ sagemaker: { reads } }: Clients, job: string | undefined): readonly Probe[] {
  const newest = async (): Promise<string | undefined> => {
    const input = { MaxResults: 1, SortBy: 'CreationTime', SortOrder: 'Descending' } as const;
    const { TrainingJobSummaries: jobs } = await callAws('ListTrainingJobs', () =>
      reads.send(new ListTrainingJobsCommand(input)),
    );
    return jobs?.[0]?.TrainingJobName;
  };
  return [
    callProbe('sagemaker:ListTrainingJobs', 'list training jobs', newest),
    callProbe('sagemaker:DescribeTrainingJob', 'read a training job', async () =>
      findRaw(reads, job ?? (await newest()) ?? 'relight-doctor'),
    ),
    callProbe('sagemaker:ListTags', 'read the tags of a training job', async () => {
      const name = job ?? (await newest());
      if (name === undefined) return;
      await tagsOf(reads, (await describeRaw(reads, name)).TrainingJobArn ?? '');
    }),
    callProbe('sagemaker:ListEndpoints', 'list endpoints', () =>
      callAws('ListEndpoints', () => reads.send(new ListEndpointsCommand({ MaxResults: 1 }))),
    ),
  ];
}

/** CloudWatch checks the permission first, so a missing stream proves that the call is allowed. */
export function logProbes({ logs }: Clients): readonly Probe[] {
  const logGroupName = trainingLogGroup;
  const allowedWhenAbsent = (where: string, call: () => Promise<unknown>): Promise<unknown> =>
    unless(['job-not-found'], () => callAws(where, call));
  return [
    callProbe('logs:DescribeLogStreams', 'find the logs of a training job', () =>
      allowedWhenAbsent('DescribeLogStreams', () =>
        logs.send(new DescribeLogStreamsCommand({ logGroupName, limit: 1 })),
      ),
    ),
    callProbe('logs:GetLogEvents', 'read the logs of a training job', () =>
      allowedWhenAbsent('GetLogEvents', () =>
        logs.send(new GetLogEventsCommand({ logGroupName, logStreamName: 'relight-doctor', limit: 1 })),
      ),
    ),
  ];
}

export interface AlarmTargets {
  readonly patterns: readonly string[];
  readonly matches: (pattern: string, name: string) => boolean;
}

/** Each alarm rule in relight.yaml must match an existing alarm. Otherwise a renamed alarm is noticed at 3 a.m. */
export function alarmProbes(clients: Clients, { patterns, matches }: AlarmTargets): readonly Probe[] {
  return patterns.map((pattern) =>
    callProbe('cloudwatch:DescribeAlarms', `an alarm matches ${pattern}`, async () => {
      if (!(await hasAlarm(clients.cloudwatch, (name) => matches(pattern, name), pattern.split('*')[0])))
        throw new OpsError(
          'config-invalid',
          `no CloudWatch alarm has a name that matches ${pattern}, a rule under \`alarms\` in relight.yaml`,
        );
    }),
  );
}

/**
 * DescribeAlarms filters by prefix, not by pattern. Without AlarmTypes, it leaves out composite alarms.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
async function hasAlarm(
  client: CloudWatchClient,
  accepts: (name: string) => boolean,
  prefix = '',
): Promise<boolean> {
  const AlarmTypes: AlarmType[] = ['MetricAlarm', 'CompositeAlarm'];
  const input = { ...(prefix !== '' && { AlarmNamePrefix: prefix }), AlarmTypes };
  const pages = paginateDescribeAlarms({ client, pageSize: 100 }, input);
  return callAws('DescribeAlarms', async () => {
    for await (const { MetricAlarms = [], CompositeAlarms = [] } of pages)
      if ([...MetricAlarms, ...CompositeAlarms].some(({ AlarmName: name = '' }) => accepts(name)))
        return true;
    return false;
  });
}
