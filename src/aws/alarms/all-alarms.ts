import { type CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { append } from '../../ports/collections.ts';
import type { Listed } from '../../ports/region.ts';
import type { KnownAlarm } from '../../readiness/account.ts';
import { callAws } from '../aws-errors.ts';

/** The alarms of the Region in any state. Without AlarmTypes, DescribeAlarms leaves out composite alarms. */
export async function allAlarms(client: CloudWatchClient, max: number): Promise<Listed<KnownAlarm>> {
  return callAws('DescribeAlarms', async () => {
    const found: KnownAlarm[] = [];
    const pages = paginateDescribeAlarms(
      { client, pageSize: 100 },
      { AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] },
    );
    for await (const { MetricAlarms: metric = [], CompositeAlarms: composite = [] } of pages) {
      append(found, metric.map(toKnownAlarm));
      append(found, composite.map(toKnownAlarm));
      if (found.length > max) return { found: found.slice(0, max), cut: true };
    }
    return { found, cut: false };
  });
}

interface Described {
  readonly AlarmName?: string | undefined;
  readonly AlarmArn?: string | undefined;
  readonly Dimensions?: readonly Dimension[] | undefined;
  readonly Metrics?:
    | readonly {
        readonly MetricStat?:
          | { readonly Metric?: { readonly Dimensions?: readonly Dimension[] | undefined } | undefined }
          | undefined;
      }[]
    | undefined;
}

interface Dimension {
  readonly Name?: string | undefined;
  readonly Value?: string | undefined;
}

function toKnownAlarm({ AlarmName: name = '', AlarmArn: arn = '', ...alarm }: Described): KnownAlarm {
  const inMath = (alarm.Metrics ?? []).flatMap(({ MetricStat: stat }) => stat?.Metric?.Dimensions ?? []);
  const dimensions: Record<string, string[]> = {};
  for (const { Name: key = '', Value: value = '' } of [...(alarm.Dimensions ?? []), ...inMath])
    dimensions[key] = [...(dimensions[key] ?? []), value];
  return { name, arn, dimensions };
}
