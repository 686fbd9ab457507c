import {
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  type GetMetricDataCommandOutput,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import type { RegionUnderTest } from '../aws/a-region.ts';

export const minute = 60_000;
export const job = 'srl-rlvr-gold-20251104';
export const endpoint = 'srl-rlvr-gold-prod';
export const training = '/aws/sagemaker/TrainingJobs';
export const host = { Host: `${job}/algo-1` };
export const variant = { EndpointName: endpoint, VariantName: 'AllTraffic' };

export function query(
  Namespace: string,
  MetricName: string,
  dimensions: Readonly<Record<string, string>>,
  Stat = 'Average',
  Id = 'm1',
): MetricDataQuery {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return { Id, MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: 60, Stat } };
}

/** Gets the last hour of data, oldest first, unless overridden. */
export async function data(
  { clients }: RegionUnderTest,
  MetricDataQueries: MetricDataQuery[],
  more: Partial<GetMetricDataCommandInput> = {},
): Promise<GetMetricDataCommandOutput> {
  const now = Date.now();
  return clients.cloudwatch.send(
    new GetMetricDataCommand({
      MetricDataQueries,
      StartTime: new Date(now - 60 * minute),
      EndTime: new Date(now + minute),
      ScanBy: 'TimestampAscending',
      ...more,
    }),
  );
}
