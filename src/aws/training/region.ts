import { type CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { ListEndpointsCommand, type SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { EndpointState, Listed, RaisedAlarm, Region } from '../../ports/region.ts';
import { callAws } from '../aws-errors.ts';
import type { Clients } from '../clients.ts';
import { folderOf } from '../s3/s3-uri.ts';
import { listJobs, listRunning } from './list-jobs.ts';

export function createRegion(
  { sagemaker, cloudwatch, s3 }: Pick<Clients, 'sagemaker' | 'cloudwatch' | 's3'>,
  tierOf: Region['tierOf'],
): Region {
  return {
    jobs: (since, most) => listJobs(sagemaker.reads, since, most),
    running: (most) => listRunning(sagemaker.reads, most),
    alarms: (most) => raisedAlarms(cloudwatch, most),
    endpoints: (most) => endpoints(sagemaker.reads, most),
    holdsAnything: async (place) => {
      const { bucket, prefix } = folderOf(place);
      // A channel may name one object: then nothing stands below it, and it is there all the same.
      const Prefix = prefix.replace(/\/$/, '');
      const command = new ListObjectsV2Command({ Bucket: bucket, Prefix, MaxKeys: 1 });
      const { KeyCount: keys = 0 } = await callAws(`ListObjectsV2 ${place}`, () => s3.send(command));
      return keys > 0;
    },
    tierOf,
  };
}

/** One page is enough to know what is wrong, and its end says that there is more. */
async function raisedAlarms(client: CloudWatchClient, most: number): Promise<Listed<RaisedAlarm>> {
  // Without AlarmTypes it leaves composite alarms out.
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
  const command = new DescribeAlarmsCommand({
    StateValue: 'ALARM',
    AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
    MaxRecords: 100,
  });
  const page = await callAws('DescribeAlarms', () => client.send(command));
  const all = [...(page.CompositeAlarms ?? []), ...(page.MetricAlarms ?? [])].map(
    ({ AlarmName: name = '', StateReason: reason = '', StateUpdatedTimestamp: since }) => ({
      name,
      reason,
      ...(since !== undefined && { since: since.getTime() }),
    }),
  );
  return { found: all.slice(0, most), cut: all.length > most || page.NextToken !== undefined };
}

async function endpoints(client: SageMakerClient, most: number): Promise<Listed<EndpointState>> {
  const command = new ListEndpointsCommand({
    SortBy: 'CreationTime',
    SortOrder: 'Descending',
    MaxResults: Math.min(most, 100),
  });
  const page = await callAws('ListEndpoints', () => client.send(command));
  const found = (page.Endpoints ?? []).map(
    ({ EndpointName: name = '', EndpointStatus: status = '', LastModifiedTime: changed }) => ({
      name,
      status,
      changedAt: changed?.getTime() ?? 0,
    }),
  );
  return { found, cut: page.NextToken !== undefined };
}
