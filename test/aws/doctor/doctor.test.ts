import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Probe } from '../../../src/aws/doctor/probe.ts';
import { awsProbes } from '../../../src/aws/doctor/probes.ts';
import { OpsError } from '../../../src/errors.ts';
import { type RegionUnderTest, startRegionUnderTest } from '../a-region.ts';

describe('relight doctor in AWS', () => {
  let region: RegionUnderTest;

  beforeAll(async () => {
    region = await startRegionUnderTest();
  });
  afterEach(async () => region.calm());
  afterAll(async () => region.close());

  function probes(): readonly Probe[] {
    return awsProbes(region.clients, {
      queueUrl: region.region.queueUrl,
      auditBucket: 'srl-rlvr-audit',
      stateMachines: ['arn:aws:states:us-east-1:123456789012:stateMachine:restore-training'],
      alarms: { patterns: [], matches: () => true },
      locations: [{ uri: 's3://srl-rlvr-training/checkpoints/', key: 's3.recovery' }],
    });
  }

  /** Permission and outcome of each probe, in order. */
  async function examine(): Promise<(readonly [string, string])[]> {
    const outcomes: (readonly [string, string])[] = [];
    for (const probe of probes()) {
      if (probe.kind === 'not-probed') continue;
      const failure: unknown = await probe.run().catch((error: unknown) => error);
      outcomes.push([probe.permission, failure instanceof OpsError ? failure.code : 'fine']);
    }
    return outcomes;
  }

  it('passes a role with all permissions, also on the second run', async () => {
    const [first, second] = [await examine(), await examine()];

    expect(first.filter(([, outcome]) => outcome !== 'fine')).toEqual([]);
    expect(second).toEqual(first);
  });

  it('launches nothing and lists what it did not probe', async () => {
    await examine();

    expect(await region.committed('CreateTrainingJob')).toEqual([]);
    const untried = probes().filter(({ kind }) => kind === 'not-probed');
    expect(untried.map(({ permission }) => permission)).toEqual(
      expect.arrayContaining(['sagemaker:CreateTrainingJob', 'states:StartExecution']),
    );
    expect(await region.committed('StartExecution')).toEqual([]);
  });

  it.each([
    ['sagemaker', 'DescribeTrainingJob', 'sagemaker:DescribeTrainingJob'],
    ['logs', 'GetLogEvents', 'logs:GetLogEvents'],
    ['s3', 'ListObjectsV2', 's3:ListBucket'],
    ['s3', 'PutObject', 's3:PutObject'],
    ['states', 'DescribeStateMachine', 'states:DescribeStateMachine'],
    ['states', 'DescribeExecution', 'states:DescribeExecution'],
    ['sqs', 'GetQueueAttributes', 'sqs:GetQueueAttributes'],
  ])('names the permission when %s denies %s', async (service, operation, permission) => {
    await region.disturb({ service, operation, kind: 'access-denied', count: 1 });

    expect((await examine()).filter(([, outcome]) => outcome !== 'fine')).toEqual([
      [permission, 'aws-denied'],
    ]);
  });
});
