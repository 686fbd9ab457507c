import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTraining } from '../../../src/aws/training/training.ts';
import type { Training } from '../../../src/ports/ports.ts';
import { type RegionUnderTest, silent, startRegionUnderTest } from '../a-region.ts';

const job = 'srl-rlvr-gold-20251104';

describe('a training job in SageMaker', () => {
  let region: RegionUnderTest;
  let training: Training;

  beforeAll(async () => {
    region = await startRegionUnderTest();
    training = createTraining(region.clients.sagemaker, silent);
  });
  afterEach(async () => region.calm());
  afterAll(async () => region.close());

  it('is described with timestamps in milliseconds', async () => {
    const found = await training.describe(job);

    expect(found).toMatchObject({ name: job, arn: expect.stringContaining(`:training-job/${job}`) });
    expect(found.checkpointUri).toMatch(/^s3:\/\//);
    expect(found.createdAt).toBeGreaterThan(Date.parse('2020-01-01'));
    expect(found.transitions.every(({ startedAt }) => startedAt >= found.createdAt)).toBe(true);
  });

  it('is reported as not found when it does not exist', async () => {
    await expect(training.describe('no-such-job')).rejects.toMatchObject({ code: 'job-not-found' });
    expect(await training.find('no-such-job')).toBeUndefined();
    const changes = { name: 'copy', tags: {} };
    await expect(training.draftClone('no-such-job', changes)).rejects.toMatchObject({
      code: 'job-not-found',
    });
  });

  it('is never reported as missing when SageMaker does not respond', async () => {
    await region.disturb({
      service: 'sagemaker',
      operation: 'DescribeTrainingJob',
      kind: 'hang-before',
      count: 3,
    });

    await expect(training.find(job)).rejects.toMatchObject({ code: 'aws-unavailable', retry: true });
  });

  it('is read after a temporary throttle', async () => {
    await region.disturb({
      service: 'sagemaker',
      operation: 'DescribeTrainingJob',
      kind: 'throttle',
      count: 1,
    });

    expect(await training.find(job)).toMatchObject({ name: job });
  });

  it('is copied with its tags', async () => {
    const { request, source } = await training.draftClone(job, {
      name: 'copy-r1',
      tags: { 'relight:try': '1' },
    });

    expect(request).toMatchObject({ TrainingJobName: 'copy-r1', RoleArn: source['RoleArn'] });
    expect(request['Tags']).toContainEqual({ Key: 'relight:try', Value: '1' });
    expect(JSON.parse(JSON.stringify(request))).toEqual(request);
  });
});
