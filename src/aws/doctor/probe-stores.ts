import {
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { OpsError } from '../../errors.ts';
import type { S3Uri } from '../../ports/ports.ts';
import { callAws } from '../aws-errors.ts';
import type { Clients } from '../clients.ts';
import { createAuditBucket } from '../s3/audit-bucket.ts';
import { folderOf } from '../s3/s3-uri.ts';
import { asked, notProbed, type Probe } from './probe.ts';

/** A place of relight.yaml, and the key under which it stands there. */
export interface PlaceToProbe {
  readonly uri: S3Uri;
  readonly key: string;
}

export function placeProbes(s3: S3Client, { uri: place, key }: PlaceToProbe): readonly Probe[] {
  const { bucket, prefix } = folderOf(place);
  const source = `${key} in relight.yaml`;
  return [
    asked(
      's3:ListBucket',
      `list ${place}`,
      () =>
        callAws(`ListObjectsV2 ${place}`, () =>
          s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: 1 })),
        ),
      source,
    ),
    asked(
      's3:ListBucketMultipartUploads',
      `see uploads in flight in ${place}`,
      () =>
        callAws(`ListMultipartUploads ${place}`, () =>
          s3.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, MaxUploads: 1 })),
        ),
      source,
    ),
    asked('s3:GetObject', `read ${place}`, () => readAbsent(s3, bucket, `${prefix}relight-doctor`), source),
  ];
}

/** S3 says NoSuchKey only to those who may read and list; to others it denies. */
async function readAbsent(s3: S3Client, bucket: string, key: string): Promise<void> {
  await callAws(`GetObject s3://${bucket}/${key}`, async () => {
    try {
      await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range: 'bytes=0-0' }));
    } catch (thrown) {
      if (!(thrown instanceof Error && thrown.name === 'NoSuchKey')) throw thrown;
    }
  });
}

/** Always the same object, so that any number of runs leaves one behind; the second finds it there. */
export function auditProbes(s3: S3Client, bucket: string | undefined): readonly Probe[] {
  if (bucket === undefined) return [];
  const vault = createAuditBucket(s3, bucket);
  return [
    asked(
      's3:PutObject',
      `write once to s3://${bucket}`,
      async () => {
        await vault.putOnce('doctor/probe.json', '{}');
        if ((await vault.putOnce('doctor/probe.json', '{"second":true}')) === 'written')
          throw new OpsError(
            'aws-refused',
            `s3://${bucket} does not honour If-None-Match: a record could be overwritten`,
          );
      },
      'AUDIT_BUCKET',
    ),
    asked('s3:GetObject', `read s3://${bucket}`, () => vault.get('doctor/probe.json'), 'AUDIT_BUCKET'),
  ];
}

export function queueProbes(
  { sqs }: Clients,
  queueUrl: string | undefined,
  region: string | undefined,
): readonly Probe[] {
  if (queueUrl === undefined) return [];
  return [
    asked(
      'sqs:GetQueueAttributes',
      'see the alarm queue',
      async () => {
        requireRegion(queueUrl, region);
        await callAws(`GetQueueAttributes ${queueUrl}`, () =>
          sqs.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] })),
        );
      },
      'ALARM_QUEUE_URL',
    ),
    notProbed(
      'sqs:ReceiveMessage',
      'take alarms off the queue',
      'it would take an alarm away from the worker',
    ),
    notProbed('sqs:DeleteMessage', 'finish with an alarm', 'it needs an alarm that was received'),
  ];
}

/** Alarms about jobs of another Region are kept as dead letters, and SQS refuses a request that is signed for another. */
function requireRegion(queueUrl: string, region: string | undefined): void {
  const there = /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\.com/.exec(queueUrl)?.[1];
  if (there !== undefined && region !== undefined && there !== region)
    throw new OpsError(
      'config-invalid',
      `ALARM_QUEUE_URL is a queue in ${there}, and AWS_REGION is ${region}; name a queue of the Region of the jobs`,
    );
}
