import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createClients } from '../../src/aws/clients.ts';
import { awsProbes } from '../../src/aws/doctor/probes.ts';

const Several = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const Policy = z.object({
  Statement: z.array(z.object({ Effect: z.enum(['Allow', 'Deny']), Action: Several, Resource: Several })),
});

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

/** The SDK commands that a file imports. */
function permissionsIn(source: string): string[] {
  const imports = source.matchAll(/import \{([^}]*)\} from '@aws-sdk\/client-([a-z-]+)'/g);
  return [...imports].flatMap(([, names = '', service = '']) =>
    [...names.matchAll(/\b(?:paginate(\w+)|(\w+)Command)\b/g)].map(([, pages, command = '']) => {
      const operation = pages ?? command;
      return `${prefixes[service] ?? service}:${renamed[operation] ?? operation}`;
    }),
  );
}

describe('deploy/iam-policy.json', () => {
  const { Statement } = Policy.parse(JSON.parse(readFileSync('deploy/iam-policy.json', 'utf8')));
  const actions = (effect: 'Allow' | 'Deny'): string[] =>
    Statement.filter(({ Effect }) => Effect === effect).flatMap(({ Action }) => Action);

  function probed(): string[] {
    const clients = createClients({ pathStyle: true });
    const probes = awsProbes(clients, {
      queueUrl: 'https://queue',
      auditBucket: 'audit',
      locations: [{ uri: 's3://training/checkpoints/', key: 's3.recovery' }],
      alarms: { patterns: ['TrainingJobInterrupted*'], matches: () => true },
      stateMachines: ['arn:aws:states:us-east-1:123456789012:stateMachine:restore-training'],
      sns: { topics: ['arn:aws:sns:us-east-1:123456789012:relight-alarms'], confirming: false },
    });
    clients.close();
    return probes.map(({ permission }) => permission);
  }

  it('allows everything that relight doctor probes', () => {
    expect(probed().filter((permission) => !actions('Allow').includes(permission))).toEqual([]);
  });

  it('has only permissions that relight doctor probes or lists as not checked', () => {
    expect([...new Set(actions('Allow'))].filter((permission) => !probed().includes(permission))).toEqual([]);
  });

  it('allows every call that Relight can make', () => {
    const wanted = readdirSync('src/aws', { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => permissionsIn(readFileSync(`src/aws/${file}`, 'utf8')));

    expect(wanted.length).toBeGreaterThan(25);
    expect([...new Set(wanted)].filter((permission) => !actions('Allow').includes(permission))).toEqual([]);
  });

  it('allows the regional assessment', () => {
    expect(actions('Allow')).toEqual(
      expect.arrayContaining([
        'sagemaker:ListTrainingJobs',
        'sagemaker:ListEndpoints',
        'cloudwatch:DescribeAlarms',
        's3:ListBucket',
      ]),
    );
  });

  it('allows reading backups, but not writing next to them', () => {
    const places = (action: string): string[] =>
      Statement.filter(({ Effect, Action }) => Effect === 'Allow' && Action.includes(action))
        .flatMap(({ Resource }) => Resource)
        .filter((resource) => /backup/i.test(resource));

    expect(places('s3:GetObject')).toEqual([
      'arn:aws:s3:::TRAINING_BUCKET/checkpoints-backup/*',
      'arn:aws:s3:::BACKUP_BUCKET/*',
    ]);
    expect(places('s3:ListBucket')).toEqual(['arn:aws:s3:::BACKUP_BUCKET']);
    expect(places('s3:PutObject')).toEqual([]);
  });

  it('allows deleting recorded alarm messages only, and denies other deletions by name', () => {
    expect(actions('Allow').filter((action) => /delete|\*/i.test(action))).toEqual(['sqs:DeleteMessage']);
    expect(actions('Deny')).toContain('s3:DeleteObject*');
  });
});
