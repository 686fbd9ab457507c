import { DescribeTrainingJobCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Region, startRegion } from '../../sandbox/aws/start.ts';
import { addFault, heldRequests } from '../support/aws-ledger.ts';
import { until } from '../support/until.ts';
import { goldJob, postJson } from '../support/world.ts';

describe('a fault for the calls of one access key', () => {
  let region: Region;

  beforeEach(async () => {
    region = await startRegion({ port: 0, speed: 1, seed: true });
  });
  afterEach(async () => region.close());

  const describeWith = async (accessKeyId: string): Promise<string | undefined> => {
    const client = new SageMakerClient({
      region: 'us-east-1',
      endpoint: region.url,
      credentials: { accessKeyId, secretAccessKey: 'test' },
      maxAttempts: 1,
    });
    const job = await client.send(new DescribeTrainingJobCommand({ TrainingJobName: goldJob }));
    return job.TrainingJobStatus;
  };

  it('leaves the calls of all others alone, and is not used up by them', async () => {
    const call = { service: 'sagemaker', operation: 'DescribeTrainingJob' };
    await addFault({ region }, { ...call, kind: 'throttle', count: 1, accessKeyIds: ['AKIAONE', 'AKIATWO'] });

    expect(await describeWith('AKIATHREE')).toBe('InProgress');
    await expect(describeWith('AKIATWO')).rejects.toThrow('Rate exceeded');
    expect(await describeWith('AKIAONE')).toBe('InProgress');
  });

  it('names the key of a call that it holds, until the call is released', async () => {
    const call = { service: 'sagemaker', operation: 'DescribeTrainingJob', kind: 'hang-before' } as const;
    await addFault({ region }, { ...call, count: 1, accessKeyIds: ['AKIAONE'] });

    const held = describeWith('AKIAONE');
    await until(async () => (await heldRequests({ region })).length > 0, 'the call to be held');
    expect(await heldRequests({ region })).toEqual([{ ...call, accessKeyId: 'AKIAONE' }]);
    await postJson(`${region.url}/_sandbox/release`, {});
    expect(await held).toBe('InProgress');
    expect(await heldRequests({ region })).toEqual([]);
  });
});
