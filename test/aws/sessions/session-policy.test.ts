import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { sessionPolicy } from '../../../src/aws/sessions/session-policy.ts';
import { sessionRequest } from '../../../src/aws/sessions/session-request.ts';
import { promotionCalls } from '../../../src/models/model-calls.ts';
import { type AwsCall, launchCall, putCall, stopCall } from '../../../src/ports/calls.ts';

const scope = { partition: 'aws', account: '123456789012', region: 'us-east-1', intent: 'abc' } as const;
const facts = { id: 'abc', incident: 'inc-1', hash: 'of-the-request', approvers: ['U0LEAD'] };
const role = 'arn:aws:iam::123456789012:role/relight-actor';

const Statement = z.object({
  Action: z.array(z.string()),
  Resource: z.array(z.string()),
  Condition: z.unknown().optional(),
});

function statementsOf(policy: string): readonly z.infer<typeof Statement>[] {
  return z.object({ Statement: z.array(Statement) }).parse(JSON.parse(policy)).Statement;
}

function allowedBy(calls: readonly AwsCall[]): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    statementsOf(sessionPolicy(calls, scope)).map(({ Action, Resource }) => [Action.join(' '), Resource]),
  );
}

describe('the policy of the session in which an approved change runs', () => {
  it('allows a launch of this name, tag, instance type and run time, and passes this role to SageMaker only', () => {
    const request = {
      TrainingJobName: 'srl-gold-r1',
      RoleArn: 'arn:aws:iam::123456789012:role/Training',
      ResourceConfig: { InstanceType: 'ml.g5.2xlarge', InstanceCount: 1, VolumeKmsKeyId: 'key-1' },
      StoppingCondition: { MaxRuntimeInSeconds: 3_600 },
    };
    const job = ['arn:aws:sagemaker:us-east-1:123456789012:training-job/srl-gold-r1'];
    const tagged = { 'aws:RequestTag/relight:intent': 'abc' };

    expect(statementsOf(sessionPolicy([launchCall(request, facts)], scope))).toEqual([
      {
        Action: ['sagemaker:CreateTrainingJob'],
        Resource: job,
        Condition: {
          StringEquals: tagged,
          'ForAllValues:StringEquals': { 'sagemaker:InstanceTypes': ['ml.g5.2xlarge'] },
          NumericLessThanEquals: { 'sagemaker:MaxRuntimeInSeconds': '3600' },
        },
      },
      { Action: ['sagemaker:AddTags'], Resource: job, Condition: { StringEquals: tagged } },
      {
        Action: ['iam:PassRole'],
        Resource: ['arn:aws:iam::123456789012:role/Training'],
        Condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
      },
      {
        Action: ['kms:CreateGrant'],
        Resource: ['*'],
        Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
      },
    ]);
  });

  it('names the resources of a promotion: the model, the configuration and the endpoint', () => {
    const calls = promotionCalls(
      {
        createModel: { ModelName: 'm-1', ExecutionRoleArn: 'arn:aws:iam::123456789012:role/Serving' },
        createConfig: { EndpointConfigName: 'c-1' },
        update: { EndpointName: 'e-1', EndpointConfigName: 'c-1' },
      },
      facts,
    );

    expect(allowedBy(calls)).toMatchObject({
      'sagemaker:CreateModel sagemaker:AddTags': ['arn:aws:sagemaker:us-east-1:123456789012:model/m-1'],
      'sagemaker:UpdateEndpoint': [
        'arn:aws:sagemaker:us-east-1:123456789012:endpoint/e-1',
        'arn:aws:sagemaker:us-east-1:123456789012:endpoint-config/c-1',
      ],
      'iam:PassRole': ['arn:aws:iam::123456789012:role/Serving'],
    });
  });

  it('covers a job whose name has capital letters, because its ARN has none', () => {
    expect(allowedBy([stopCall('Srl-Gold')])).toEqual({
      'sagemaker:StopTrainingJob': [
        'arn:aws:sagemaker:us-east-1:123456789012:training-job/Srl-Gold',
        'arn:aws:sagemaker:us-east-1:123456789012:training-job/srl-gold',
      ],
    });
  });

  it('reads the source of a copy and writes below its target, and takes a wildcard in a key literally', () => {
    const copy = {
      operation: 'CopyObject',
      input: { CopySource: 'train/run*1/…', Bucket: 'train', Key: 'recovery/r1/…' },
    };

    expect(allowedBy([copy, putCall('s3://train/recovery/r1/…', 'once')])).toEqual({
      's3:GetObject s3:GetObjectTagging': ['arn:aws:s3:::train/run${*}1/*'],
      's3:PutObject s3:PutObjectTagging': ['arn:aws:s3:::train/recovery/r1/*'],
      'kms:Decrypt kms:GenerateDataKey': ['*'],
    });
  });

  it('writes one named object and not those whose key begins with its key', () => {
    expect(allowedBy([putCall('s3://train/recovery/sourcedir.tar.gz', 'once')])['s3:PutObject']).toEqual([
      'arn:aws:s3:::train/recovery/sourcedir.tar.gz',
    ]);
  });

  it('denies everything if the action shows no calls, or only some that Relight cannot make', () => {
    for (const calls of [[], [{ operation: 'DeleteTrainingJob', input: { TrainingJobName: 'job-1' } }]])
      expect(JSON.parse(sessionPolicy(calls, scope))).toEqual({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Deny', Action: ['*'], Resource: ['*'] }],
      });
  });

  it.each([
    ['in many folders', `${'folder-of-a-run/'.repeat(60)}`],
    ['in one name', 'x'.repeat(1_000)],
  ])(
    'stays below the 2,048 characters of AWS with keys of 1,000 characters %s, within the same buckets',
    (_, key) => {
      const copy = {
        operation: 'CopyObject',
        input: { CopySource: `train/from/${key}…`, Bucket: 'train', Key: `recovery/${key}…` },
      };
      const policy = sessionPolicy([copy, stopCall('job-1')], scope);
      const places = statementsOf(policy).flatMap(({ Resource }) => Resource);

      expect(policy.length).toBeLessThanOrEqual(2_048);
      expect(places.filter((place) => place.includes(':s3:::'))).toHaveLength(2);
      expect(places.some((place) => place.startsWith('arn:aws:s3:::train/from/'))).toBe(true);
      expect(places.some((place) => place.startsWith('arn:aws:s3:::train/recovery/'))).toBe(true);
    },
  );

  it('has only characters that STS accepts', () => {
    const policy = sessionPolicy([putCall('s3://train/läufe/実行/…', 'once')], scope);

    expect(policy).toMatch(/^[ -\u00FF]*$/);
    expect(policy).toContain('arn:aws:s3:::train/läufe/*/*');
  });
});

describe('the session in which an approved change runs', () => {
  it('is named after its approvers in characters that STS accepts', () => {
    const nameOf = (...approvers: readonly string[]): string =>
      sessionRequest(role, 'us-east-1', { ...facts, approvers, calls: [] }).RoleSessionName;

    expect(nameOf('U0LEAD', 'U0LEAD2')).toBe('U0LEAD,U0LEAD2');
    expect(nameOf('autopilot: spot interruption')).toBe('autopilot--spot-interruption');
    expect(nameOf(...Array.from({ length: 12 }, (_, index) => `U0123456${index}`))).toHaveLength(64);
    expect(nameOf('é')).toMatch(/^[\w+=,.@-]{2,64}$/);
  });

  it('is in the account and the partition of its role, and carries the tags of what it creates', () => {
    const abroad = 'arn:aws-cn:iam::210987654321:role/ops/relight-actor';
    const { Policy, Tags } = sessionRequest(abroad, 'cn-north-1', { ...facts, calls: [stopCall('job-1')] });

    expect(Policy).toContain('arn:aws-cn:sagemaker:cn-north-1:210987654321:training-job/job-1');
    expect(Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]))).toEqual({
      'relight:intent': 'abc',
      'relight:incident': 'inc-1',
      'relight:spec-hash': 'of-the-request',
      'relight:approved-by': 'U0LEAD',
    });
  });
});
