import {
  type CloudWatchClient,
  type CompositeAlarm,
  type DescribeAlarmsCommandInput,
  type MetricAlarm,
  paginateDescribeAlarms,
} from '@aws-sdk/client-cloudwatch';
import { alarmOfSeries } from '../../alarms/parse/series-name.ts';
import type { ListedAlarm, PolledState } from '../../alarms/ports.ts';
import { append } from '../../ports/collections.ts';
import { callAws } from '../aws-errors.ts';
import type { Clients } from '../clients.ts';
import { findRaw } from '../training/describe-job.ts';
import { summariesOf } from '../training/list-jobs.ts';
import { alarmEvent } from './alarm-event.ts';
import { clearedSeries, hasSeries, raisedSeries } from './alarm-series.ts';

/** Maximum names per DescribeAlarms call: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
const maxNames = 100;
const maxNameLength = 255;

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
      return alarmEvent(
        'SageMaker Training Job State Change',
        arn,
        { ...detail, $metadata: undefined },
        time,
      );
    },
    raisedAlarms: async () => {
      const raised = await alarms(cloudwatch, { StateValue: 'ALARM' });
      const series = raised.filter(hasSeries).map((alarm) => raisedSeries(cloudwatch, alarm));
      return [...raised.map(toListedAlarm), ...(await Promise.all(series)).flat()];
    },
    alarmsNamed: (names) => alarmsNamed(cloudwatch, names),
  };
}

async function alarmsNamed(client: CloudWatchClient, names: readonly string[]): Promise<ListedAlarm[]> {
  const asked = [...new Set(names.flatMap((name) => [name, alarmOfSeries(name) ?? name]))];
  const valid = asked.filter((name) => name.length <= maxNameLength);
  const found: Described[] = [];
  for (let from = 0; from < valid.length; from += maxNames)
    append(found, await alarms(client, { AlarmNames: valid.slice(from, from + maxNames) }));
  const series = found.flatMap((alarm) =>
    names.filter((name) => alarmOfSeries(name) === alarm.AlarmName).map((name) => clearedSeries(alarm, name)),
  );
  return [...found.map(toListedAlarm).filter(({ name }) => names.includes(name)), ...series];
}

type Described = MetricAlarm | CompositeAlarm;

/** Lists alarms page by page. Without AlarmTypes, DescribeAlarms leaves out composite alarms. */
async function alarms(client: CloudWatchClient, filter: DescribeAlarmsCommandInput): Promise<Described[]> {
  const input: DescribeAlarmsCommandInput = { ...filter, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] };
  return callAws('DescribeAlarms', async () => {
    const found: Described[] = [];
    for await (const { MetricAlarms = [], CompositeAlarms = [] } of paginateDescribeAlarms({ client }, input))
      append(found, [...MetricAlarms, ...CompositeAlarms]);
    return found;
  });
}

/** Prefers StateTransitionedTimestamp: StateUpdatedTimestamp also changes when only the reason does. */
function toListedAlarm(alarm: Described): ListedAlarm {
  const { AlarmName: name = '', StateValue: state = '', StateTransitionedTimestamp: moved } = alarm;
  const changed = moved ?? alarm.StateUpdatedTimestamp ?? new Date(0);
  const detail = {
    alarmName: name,
    state: {
      value: state,
      reason: alarm.StateReason,
      reasonData: alarm.StateReasonData,
      timestamp: changed,
      actionsSuppressedBy: 'ActionsSuppressedBy' in alarm ? alarm.ActionsSuppressedBy : undefined,
    },
    configuration: { metrics: 'MetricName' in alarm || 'Metrics' in alarm ? metricsOf(alarm) : [] },
  };
  const body = alarmEvent('CloudWatch Alarm State Change', alarm.AlarmArn, detail, changed);
  return { name, subject: name, state, changedAt: changed.getTime(), body };
}

function metricsOf({ Dimensions: own = [], Metrics: metrics = [] }: MetricAlarm): unknown {
  const listed = metrics.map(({ MetricStat: stat, Expression: expression, AccountId: accountId }) => ({
    expression,
    accountId,
    dimensions: stat?.Metric?.Dimensions ?? [],
  }));
  return [{ dimensions: own }, ...listed].map(({ dimensions: list, ...rest }) => ({
    ...rest,
    metricStat: {
      metric: { dimensions: Object.fromEntries(list.map(({ Name = '', Value = '' }) => [Name, Value])) },
    },
  }));
}
