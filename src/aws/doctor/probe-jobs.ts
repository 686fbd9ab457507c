import { paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { DescribeLogStreamsCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { ListEndpointsCommand, ListTrainingJobsCommand } from '@aws-sdk/client-sagemaker';
import { OpsError } from '../../errors.ts';
import { callAws, unless } from '../aws-errors.ts';
import type { Clients } from '../clients.ts';
import { trainingLogGroup } from '../cloudwatch/logs.ts';
import { describeRaw, findRaw } from '../training/describe-job.ts';
import { tagsOf } from '../training/job-tags.ts';
import { asked, type Probe } from './probe.ts';

export function jobProbes({ sagemaker: { reads } }: Clients, job: string | undefined): readonly Probe[] {
  const newest = async (): Promise<string | undefined> => {
    const input = { MaxResults: 1, SortBy: 'CreationTime', SortOrder: 'Descending' } as const;
    const { TrainingJobSummaries: jobs } = await callAws('ListTrainingJobs', () =>
      reads.send(new ListTrainingJobsCommand(input)),
    );
    return jobs?.[0]?.TrainingJobName;
  };
  return [
    asked('sagemaker:ListTrainingJobs', 'list training jobs', newest),
    asked('sagemaker:DescribeTrainingJob', 'look at a training job', async () =>
      findRaw(reads, job ?? (await newest()) ?? 'relight-doctor'),
    ),
    asked('sagemaker:ListTags', 'read the tags of a training job', async () => {
      const name = job ?? (await newest());
      if (name === undefined) return;
      await tagsOf(reads, (await describeRaw(reads, name)).TrainingJobArn ?? '');
    }),
    asked('sagemaker:ListEndpoints', 'see which endpoints serve', () =>
      callAws('ListEndpoints', () => reads.send(new ListEndpointsCommand({ MaxResults: 1 }))),
    ),
  ];
}

/** A stream that is not there is found missing only after the permission was checked. */
export function logProbes({ logs }: Clients): readonly Probe[] {
  const logGroupName = trainingLogGroup;
  const allowedWhenAbsent = (what: string, call: () => Promise<unknown>): Promise<unknown> =>
    unless(
      ['job-not-found'],
      () => undefined,
      () => callAws(what, call),
    );
  return [
    asked('logs:DescribeLogStreams', 'find the logs of a training job', () =>
      allowedWhenAbsent('DescribeLogStreams', () =>
        logs.send(new DescribeLogStreamsCommand({ logGroupName, limit: 1 })),
      ),
    ),
    asked('logs:GetLogEvents', 'read the logs of a training job', () =>
      allowedWhenAbsent('GetLogEvents', () =>
        logs.send(new GetLogEventsCommand({ logGroupName, logStreamName: 'relight-doctor', limit: 1 })),
      ),
    ),
  ];
}

export interface AlarmTargets {
  /** The alarm name patterns of relight.yaml. */
  readonly patterns: readonly string[];
  readonly matches: (pattern: string, name: string) => boolean;
}

/** Each alarm rule of relight.yaml must have an alarm to speak for: a renamed alarm would otherwise be noticed at 3 a.m. */
export function alarmProbes(clients: Clients, { patterns, matches }: AlarmTargets): readonly Probe[] {
  return patterns.map((pattern) =>
    asked('cloudwatch:DescribeAlarms', `an alarm is named ${pattern}`, async () => {
      const found = await callAws('DescribeAlarms', () =>
        hasAlarm(clients, prefixOf(pattern), (name) => matches(pattern, name)),
      );
      if (!found)
        throw new OpsError(
          'config-invalid',
          `no CloudWatch alarm is named like ${pattern}, which \`alarms\` in relight.yaml waits for`,
        );
    }),
  );
}

function prefixOf(pattern: string): string {
  return pattern.split('*')[0] ?? '';
}

/**
 * DescribeAlarms takes a prefix and no pattern; without AlarmTypes it leaves composite alarms out.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
async function hasAlarm(
  { cloudwatch }: Clients,
  prefix: string,
  fits: (name: string) => boolean,
): Promise<boolean> {
  const input = {
    ...(prefix === '' ? {} : { AlarmNamePrefix: prefix }),
    AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] as ('MetricAlarm' | 'CompositeAlarm')[],
  };
  for await (const page of paginateDescribeAlarms({ client: cloudwatch, pageSize: 100 }, input))
    if (
      [...(page.MetricAlarms ?? []), ...(page.CompositeAlarms ?? [])].some(({ AlarmName: name = '' }) =>
        fits(name),
      )
    )
      return true;
  return false;
}
