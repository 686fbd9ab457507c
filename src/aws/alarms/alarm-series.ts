import {
  type AlarmContributor,
  type CloudWatchClient,
  DescribeAlarmContributorsCommand,
  type MetricAlarm,
} from '@aws-sdk/client-cloudwatch';
import { seriesName } from '../../alarms/parse/series-name.ts';
import type { ListedAlarm } from '../../alarms/ports.ts';
import { OpsError } from '../../errors.ts';
import { append } from '../../ports/collections.ts';
import { callAws } from '../aws-errors.ts';
import { alarmEvent } from './alarm-event.ts';

/** True for an alarm whose query returns one time series per group, each with a state of its own. */
export function hasSeries({ Metrics: metrics = [] }: MetricAlarm): boolean {
  return metrics.some(({ Expression: expression = '' }) => /\bGROUP BY\b/i.test(expression));
}

/** The time series of an alarm that are in ALARM. None if the role may not list them: their messages still arrive. */
export async function raisedSeries(client: CloudWatchClient, alarm: MetricAlarm): Promise<ListedAlarm[]> {
  try {
    const contributors = await contributorsOf(client, alarm.AlarmName ?? '');
    return contributors.map((one) => {
      const at = one.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp ?? new Date(0);
      return listed(alarm, one.ContributorAttributes ?? {}, { value: 'ALARM', reason: one.StateReason, at });
    });
  } catch (error) {
    if (error instanceof OpsError && error.code === 'aws-denied') return [];
    throw error;
  }
}

/** A time series that is no longer in ALARM. DescribeAlarms tells of its alarm only when its counts last changed. */
export function clearedSeries(alarm: MetricAlarm, name: string): ListedAlarm {
  const at = alarm.StateUpdatedTimestamp ?? new Date(0);
  const inside = name.slice((alarm.AlarmName ?? '').length + 2, -1);
  const attributes = Object.fromEntries(
    inside.split(', ').map((pair) => [pair.split('=')[0] ?? '', pair.slice(pair.indexOf('=') + 1)]),
  );
  return listed(alarm, attributes, { value: 'OK', reason: alarm.StateReason, at });
}

function listed(
  alarm: MetricAlarm,
  attributes: Record<string, string>,
  { value, reason, at }: { readonly value: string; readonly reason: string | undefined; readonly at: Date },
): ListedAlarm {
  const { AlarmName: alarmName = '', AlarmArn: arn } = alarm;
  const state = { value, reason, timestamp: at };
  const detail = { alarmName, alarmContributor: { id: '', attributes }, state };
  return {
    name: alarmName,
    subject: seriesName(alarmName, attributes),
    state: value,
    changedAt: at.getTime(),
    body: alarmEvent('CloudWatch Alarm Contributor State Change', arn, detail, at),
  };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmContributors.html */
async function contributorsOf(client: CloudWatchClient, AlarmName: string): Promise<AlarmContributor[]> {
  const found: AlarmContributor[] = [];
  let next: string | undefined;
  do {
    const command: DescribeAlarmContributorsCommand = new DescribeAlarmContributorsCommand({
      AlarmName,
      ...(next !== undefined && { NextToken: next }),
    });
    const page = await callAws('DescribeAlarmContributors', () => client.send(command));
    append(found, page.AlarmContributors ?? []);
    next = page.NextToken;
  } while (next !== undefined);
  return found;
}
