import {
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { VaultStore } from '../../audit/vault.ts';
import { OpsError } from '../../errors.ts';
import type { S3Uri } from '../../ports/ports.ts';
import { callAws } from '../aws-errors.ts';
import type { Clients } from '../clients.ts';
import { createAuditBucket } from '../s3/audit-bucket.ts';
import { objectLockOf } from '../s3/object-lock.ts';
import { folderOf } from '../s3/s3-uri.ts';
import { callProbe, notProbed, type Probe, tellingProbe } from './probe.ts';

/** An S3 location in relight.yaml and its key there. */
export interface ConfiguredLocation {
  readonly uri: S3Uri;
  readonly key: string;
}

export function locationProbes(s3: S3Client, { uri, key }: ConfiguredLocation): readonly Probe[] {
  const { bucket, prefix } = folderOf(uri);
  const folder = { Bucket: bucket, Prefix: prefix };
  return [
    callProbe('s3:ListBucket', `list ${uri}`, () =>
      callAws(`ListObjectsV2 ${uri}`, () => s3.send(new ListObjectsV2Command({ ...folder, MaxKeys: 1 }))),
    ),
    callProbe('s3:ListBucketMultipartUploads', `list uploads in progress in ${uri}`, () =>
      callAws(`ListMultipartUploads ${uri}`, () =>
        s3.send(new ListMultipartUploadsCommand({ ...folder, MaxUploads: 1 })),
      ),
    ),
    callProbe('s3:GetObject', `read ${uri}`, () => readAbsent(s3, bucket, `${prefix}relight-doctor`)),
  ].map((probe) => ({ ...probe, source: `${key} in relight.yaml` }));
}

/** Reads an object that does not exist. S3 returns NoSuchKey only to callers that may read and list; others are denied. */
async function readAbsent(s3: S3Client, bucket: string, key: string): Promise<void> {
  const command = new GetObjectCommand({ Bucket: bucket, Key: key, Range: 'bytes=0-0' });
  await callAws(`GetObject s3://${bucket}/${key}`, () => s3.send(command), { NoSuchKey: () => undefined });
}

/** Always writes the same key, so repeated runs leave a single object. The second write must find it and be refused. */
export function auditProbes(s3: S3Client, bucket: string | undefined): readonly Probe[] {
  if (bucket === undefined) return [];
  const vault = createAuditBucket(s3, bucket);
  return [
    callProbe('s3:PutObject', `write once to s3://${bucket}`, async () => {
      await vault.putOnce('doctor/probe.json', '{}');
      if ((await vault.putOnce('doctor/probe.json', '{"second":true}')) === 'written')
        throw new OpsError(
          'aws-refused',
          `s3://${bucket} does not honor If-None-Match, so audit records could be overwritten`,
        );
    }),
    callProbe('s3:GetObject', `read s3://${bucket}`, () => vault.get('doctor/probe.json')),
    callProbe('s3:ListBucket', `list s3://${bucket}`, async () => firstKey(vault)),
    tellingProbe('s3:GetBucketObjectLockConfiguration', `Object Lock of s3://${bucket}`, () =>
      objectLockOf(s3, bucket),
    ),
  ].map((probe) => ({ ...probe, source: 'AUDIT_BUCKET' }));
}

async function firstKey(vault: VaultStore): Promise<string | undefined> {
  for await (const key of vault.keys('doctor/')) return key;
  return undefined;
}

export function queueProbes(
  { sqs }: Clients,
  queueUrl: string | undefined,
  region: string | undefined,
): readonly Probe[] {
  if (queueUrl === undefined) return [];
  const read = async (): Promise<void> => {
    requireRegion(queueUrl, region);
    await callAws(`GetQueueAttributes ${queueUrl}`, () =>
      sqs.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] })),
    );
  };
  return [
    { ...callProbe('sqs:GetQueueAttributes', 'read the alarm queue', read), source: 'ALARM_QUEUE_URL' },
    notProbed('sqs:ReceiveMessage', 'receive alarms', 'it would take an alarm away from the worker'),
    notProbed('sqs:DeleteMessage', 'delete processed alarms', 'it needs a received alarm'),
  ];
}

/** Alarms about jobs in another Region become dead letters, and SQS refuses requests signed for another Region. */
function requireRegion(queueUrl: string, region: string | undefined): void {
  const queueRegion = /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\.com/.exec(queueUrl)?.[1];
  if (queueRegion !== undefined && region !== undefined && queueRegion !== region)
    throw new OpsError(
      'config-invalid',
      `ALARM_QUEUE_URL is a queue in ${queueRegion}, but AWS_REGION is ${region}; use a queue in the same Region as the jobs`,
    );
}
