import { readFileSync } from 'node:fs';

/** The roles of deploy/iam. */
export type Role = 'bot' | 'observer' | 'actor';

/** Operations whose permission has another name: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */
const renamed: Readonly<Record<string, string>> = {
  HeadObject: 'GetObject',
  ListObjectsV2: 'ListBucket',
  HeadBucket: 'ListBucket',
  GetObjectLockConfiguration: 'GetBucketObjectLockConfiguration',
  ListMultipartUploads: 'ListBucketMultipartUploads',
  CopyObject: 'PutObject',
  CreateMultipartUpload: 'PutObject',
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
  DeleteMessageBatch: 'DeleteMessage',
  UploadPart: 'PutObject',
  UploadPartCopy: 'PutObject',
  CompleteMultipartUpload: 'PutObject',
};
const prefixes: Readonly<Record<string, string>> = { 'cloudwatch-logs': 'logs', sfn: 'states' };

/** What AWS checks besides the permission of the call itself. docs/iam.md links the page of each. */
const implied: Readonly<Record<string, readonly string[]>> = {
  CreateTrainingJob: ['sagemaker:AddTags', 'iam:PassRole', 'kms:CreateGrant'],
  CreateModel: ['sagemaker:AddTags', 'iam:PassRole'],
  CreateEndpointConfig: ['sagemaker:AddTags'],
  UpdateEndpoint: ['kms:CreateGrant'],
  CopyObject: [
    's3:GetObject',
    's3:GetObjectTagging',
    's3:PutObjectTagging',
    'kms:Decrypt',
    'kms:GenerateDataKey',
  ],
  UploadPartCopy: ['s3:GetObject'],
  GetObject: ['kms:Decrypt'],
  PutObject: ['kms:GenerateDataKey'],
  ReceiveMessage: ['kms:Decrypt'],
  // HeadObject and GetObject of an absent object are denied without it.
  HeadObject: ['s3:ListBucket'],
  AssumeRole: ['sts:TagSession', 'sts:SetSourceIdentity'],
};

/**
 * The roles with whose credentials each file of src/aws calls AWS. The bot finds jobs and checkpoints that people name, and
 * takes alarms at its webhook; the observer is the worker; the actor is one approved change.
 */
export const rolesOf: Readonly<Record<string, readonly Role[]>> = {
  'alarms/alarm-queue.ts': ['observer'],
  'alarms/alarm-series.ts': ['observer'],
  'alarms/alarm-tags.ts': ['bot', 'observer'],
  'alarms/all-alarms.ts': ['observer'],
  'alarms/polled-state.ts': ['observer'],
  'alarms/publish.ts': ['observer'],
  'alarms/sns-topics.ts': ['bot', 'observer'],
  'audit/head-key.ts': ['bot'],
  'audit/head-public-key.ts': ['bot', 'observer'],
  'audit/tagged-objects.ts': ['observer'],
  'cloudwatch/logs.ts': ['observer'],
  'cloudwatch/metric-picture.ts': ['observer'],
  'cloudwatch/metrics.ts': ['observer'],
  'doctor/probe-jobs.ts': ['observer'],
  'doctor/probe-actor.ts': ['observer'],
  'doctor/probe-machines.ts': ['observer'],
  'doctor/probe-stores.ts': ['observer'],
  'doctor/probe-topics.ts': ['observer'],
  'models/model-package.ts': ['observer'],
  'models/models.ts': ['observer'],
  'models/promotion.ts': ['actor'],
  'models/registered-models.ts': ['observer'],
  'models/rejection.ts': ['actor'],
  'models/reused-config.ts': ['observer'],
  'models/serving-parts.ts': ['observer'],
  's3/audit-bucket.ts': ['bot', 'observer'],
  's3/checkpoints.ts': ['bot', 'observer'],
  's3/compare-objects.ts': ['observer'],
  's3/copy-object.ts': ['actor'],
  's3/dataset-writer.ts': ['actor'],
  's3/find-object.ts': ['observer'],
  's3/list-objects.ts': ['bot', 'observer'],
  's3/object-lock.ts': ['bot', 'observer'],
  's3/put-edit.ts': ['actor'],
  's3/stream-object.ts': ['observer'],
  's3/upload-parts.ts': ['actor'],
  'sessions/actor-session.ts': ['observer'],
  'state-machines/start-execution.ts': ['actor'],
  'state-machines/state-machines.ts': ['observer'],
  'state-machines/stop-execution.ts': ['actor'],
  'training/describe-job.ts': ['bot', 'observer'],
  'training/job-tags.ts': ['observer'],
  'training/launch-job.ts': ['actor'],
  'training/list-jobs.ts': ['observer'],
  'training/region.ts': ['observer'],
  'training/stop-job.ts': ['actor'],
  'training/training-images.ts': ['observer'],
};

/** The permissions for the SDK commands that a file imports. */
export function permissionsIn(source: string): readonly string[] {
  const imports = source.matchAll(/import \{([^}]*)\} from '@aws-sdk\/client-([a-z0-9-]+)'/g);
  return [...imports].flatMap(([, names = '', service = '']) =>
    [...names.matchAll(/\b(?:paginate(\w+)|(\w+)Command)\b/g)].flatMap(([, pages, command = '']) => {
      const operation = pages ?? command;
      const own = `${prefixes[service] ?? service}:${renamed[operation] ?? operation}`;
      return [own, ...(implied[operation] ?? [])];
    }),
  );
}

/** Each permission that the role needs, with the files that use it. */
export function usesOf(role: Role): ReadonlyMap<string, readonly string[]> {
  const uses = new Map<string, readonly string[]>();
  for (const [file, roles] of Object.entries(rolesOf))
    if (roles.includes(role))
      for (const permission of permissionsIn(readFileSync(`src/aws/${file}`, 'utf8')))
        uses.set(permission, [...new Set([...(uses.get(permission) ?? []), `src/aws/${file}`])]);
  return uses;
}
