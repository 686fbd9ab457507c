import {
  type CloudWatchClient,
  type CompositeAlarm,
  type DescribeAlarmsCommandInput,
  type MetricAlarm,
  paginateDescribeAlarms,
} from '@aws-sdk/client-cloudwatch';
import type { ListedAlarm, PolledState } from '../../alarms/ports.ts';
import { append } from '../../ports/collections.ts';
import { callAws } from '../aws-errors.ts';
import type { Clients } from '../clients.ts';
import { findRaw } from '../training/describe-job.ts';
import { summariesOf } from '../training/list-jobs.ts';

/** Maximum names per DescribeAlarms call: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
const maxNames = 100;

export function createPolledState({
  sagemaker,
  cloudwatch,
}: Pick<Clients, 'sagemaker' | 'cloudwatch'>): PolledState {
  return {
    jobsChangedSince: async (since) => {
      const changed = await summariesOf(sagemaker.reads, { LastModifiedTimeAfter: new Date(since) });
      return changed.map(({ TrainingJobName: job = '', TrainingJobStatus: status = '', ...rest }) => ({
        job,
        status,
        secondaryStatus: rest.SecondaryStatus ?? '',
        changedAt: (rest.LastModifiedTime ?? rest.CreationTime)?.getTime() ?? 0,
      }));
    },
    jobEvent: async (job) => {
      const detail = await findRaw(sagemaker.reads, job);
      if (detail === undefined) return undefined;
      const { TrainingJobArn: arn, LastModifiedTime: time = detail.CreationTime } = detail;
      return event('SageMaker Training Job State Change', arn, { ...detail, $metadata: undefined }, time);
    },
    raisedAlarms: () => alarms(cloudwatch, { StateValue: 'ALARM' }),
    alarmsNamed: async (names) => {
      const found: ListedAlarm[] = [];
      for (let from = 0; from < names.length; from += maxNames)
        append(found, await alarms(cloudwatch, { AlarmNames: names.slice(from, from + maxNames) }));
      return found;
    },
  };
}

/** Lists alarms page by page. Without AlarmTypes, DescribeAlarms leaves out composite alarms. */
async function alarms(client: CloudWatchClient, filter: DescribeAlarmsCommandInput): Promise<ListedAlarm[]> {
  const input: DescribeAlarmsCommandInput = { ...filter, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] };
  return callAws('DescribeAlarms', async () => {
    const found: ListedAlarm[] = [];
    for await (const { MetricAlarms = [], CompositeAlarms = [] } of paginateDescribeAlarms({ client }, input))
      append(found, [...MetricAlarms, ...CompositeAlarms].map(toListedAlarm));
    return found;
  });
}

/** Prefers StateTransitionedTimestamp: StateUpdatedTimestamp also changes when only the reason does. */
function toListedAlarm(alarm: MetricAlarm | CompositeAlarm): ListedAlarm {
  const { AlarmName: name = '', StateValue: state = '', StateTransitionedTimestamp: moved } = alarm;
  const changed = moved ?? alarm.StateUpdatedTimestamp ?? new Date(0);
  const detail = {
    alarmName: name,
    state: {
      value: state,
      reason: alarm.StateReason,
      reasonData: alarm.StateReasonData,
      timestamp: changed,
    },
    configuration: { metrics: 'MetricName' in alarm || 'Metrics' in alarm ? metricsOf(alarm) : [] },
  };
  const body = event('CloudWatch Alarm State Change', alarm.AlarmArn, detail, changed);
  return { name, state, changedAt: changed.getTime(), body };
}

function metricsOf({ Dimensions: own = [], Metrics: metrics = [] }: MetricAlarm): unknown {
  return [own, ...metrics.map(({ MetricStat: stat }) => stat?.Metric?.Dimensions ?? [])].map((list) => ({
    metricStat: {
      metric: { dimensions: Object.fromEntries(list.map(({ Name = '', Value = '' }) => [Name, Value])) },
    },
  }));
}

function event(type: string, arn: string | undefined, detail: object, time: Date | undefined): string {
  return JSON.stringify({
    'detail-type': type,
    time,
    resources: arn === undefined ? [] : [arn],
    detail,
  });
}
