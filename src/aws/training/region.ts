import { type CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { ListEndpointsCommand, type SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { EndpointState, Listed, RaisedAlarm, Region } from '../../ports/region.ts';
import { callAws } from '../aws-errors.ts';
import type { Clients } from '../clients.ts';
import { folderOf } from '../s3/s3-uri.ts';
import { createCheckpointRoots } from './checkpoint-roots.ts';
import { listJobs, listRunning } from './list-jobs.ts';

export function createRegion(
  { sagemaker, cloudwatch, s3 }: Pick<Clients, 'sagemaker' | 'cloudwatch' | 's3'>,
  tierOf: Region['tierOf'],
): Region {
  return {
    jobs: (since, limit) => listJobs(sagemaker.reads, since, limit),
    running: (limit) => listRunning(sagemaker.reads, limit),
    checkpointRoots: createCheckpointRoots(sagemaker.reads),
    alarms: (limit) => raisedAlarms(cloudwatch, limit),
    endpoints: (limit) => endpoints(sagemaker.reads, limit),
    holdsAnything: async (place) => {
      const { bucket, prefix } = folderOf(place);
      // A channel can name a single object, so the prefix is searched without its trailing slash.
      const Prefix = prefix.replace(/\/$/, '');
      const command = new ListObjectsV2Command({ Bucket: bucket, Prefix, MaxKeys: 1 });
      const { KeyCount: keys = 0 } = await callAws(`ListObjectsV2 ${place}`, () => s3.send(command));
      return keys > 0;
    },
    tierOf,
  };
}

/** One page is enough for an overview, and its token shows whether there are more. */
async function raisedAlarms(client: CloudWatchClient, limit: number): Promise<Listed<RaisedAlarm>> {
  // Without AlarmTypes, DescribeAlarms leaves out composite alarms.
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
  return { found: all.slice(0, limit), cut: all.length > limit || page.NextToken !== undefined };
}

async function endpoints(client: SageMakerClient, limit: number): Promise<Listed<EndpointState>> {
  const command = new ListEndpointsCommand({
    SortBy: 'CreationTime',
    SortOrder: 'Descending',
    MaxResults: Math.min(limit, 100),
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
