import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { EndpointAlarm, WatchedMetric } from '../../ports/models.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html */
export function endpointAlarm(alarm: MetricAlarm): EndpointAlarm {
  const { AlarmName: name = '', StateValue: state = '', StateUpdatedTimestamp: since } = alarm;
  const watches = watched(alarm);
  return {
    name,
    state,
    ...(since !== undefined && { since: since.getTime() }),
    ...(watches !== undefined && { watches }),
  };
}

/** Undefined for percentile statistics and for anomaly-detection bands. */
function watched(alarm: MetricAlarm): WatchedMetric | undefined {
  const { Namespace: namespace, MetricName: metric, Statistic: statistic, Threshold: threshold } = alarm;
  const ringsWhen = direction(alarm.ComparisonOperator ?? '');
  if (namespace === undefined || metric === undefined || statistic === undefined) return undefined;
  if (threshold === undefined || ringsWhen === undefined) return undefined;
  const dimensions = Object.fromEntries(
    (alarm.Dimensions ?? []).map(({ Name = '', Value = '' }) => [Name, Value] as const),
  );
  // Alarm periods can be shorter than the one minute that CloudWatch returns.
  const periodSeconds = Math.max(60, Math.round((alarm.Period ?? 60) / 60) * 60);
  return { namespace, metric, dimensions, statistic, periodSeconds, ringsWhen, threshold };
}

function direction(operator: string): WatchedMetric['ringsWhen'] | undefined {
  if (/^LessThan(OrEqualTo)?Threshold$/.test(operator)) return 'below';
  return /^GreaterThan(OrEqualTo)?Threshold$/.test(operator) ? 'above' : undefined;
}
