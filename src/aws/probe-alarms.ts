import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { OpsError } from '../errors.ts';
import type { Clients } from './clients.ts';
import { callAws } from './errors.ts';
import { asked, type Probe } from './probe.ts';

/** Each alarm rule of relight.yaml must have an alarm to speak for: a renamed alarm would otherwise be noticed at 3 a.m. */
export function alarmProbes({ cloudwatch }: Clients, patterns: readonly string[]): readonly Probe[] {
  return patterns.map((pattern) =>
    asked('cloudwatch:DescribeAlarms', `an alarm is named ${pattern}`, async () => {
      // DescribeAlarms takes a prefix and no pattern; without AlarmTypes it leaves composite alarms out.
      // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
      const prefix = pattern.split('*')[0] ?? '';
      const command = new DescribeAlarmsCommand({
        ...(prefix === '' ? {} : { AlarmNamePrefix: prefix }),
        AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
        MaxRecords: 1,
      });
      const found = await callAws('DescribeAlarms', () => cloudwatch.send(command));
      if ([...(found.MetricAlarms ?? []), ...(found.CompositeAlarms ?? [])].length === 0)
        throw new OpsError(
          'config-invalid',
          `no CloudWatch alarm is named like ${pattern}, which alarms in relight.yaml waits for`,
        );
    }),
  );
}
