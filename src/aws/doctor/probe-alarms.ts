import { paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { OpsError } from '../../errors.ts';
import { callAws } from '../aws-errors.ts';
import type { Clients } from '../clients.ts';
import { asked, type Probe } from './probe.ts';

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
