import { describe, expect, it } from 'vitest';
import type { RegisteredModel, RegisteredModels } from '../../src/readiness/account.ts';
import type { ReadinessCheck } from '../../src/readiness/readiness.ts';
import { registryReadiness } from '../../src/readiness/registry-readiness.ts';
import { aJob } from '../support/fake-training.ts';

const modelUri = 's3://bucket/output/gold-1/output/model.tar.gz';
const job = aJob({ name: 'gold-1', status: 'Completed', modelUri, checkpointUri: 's3://bucket/ckpt/gold-1' });

async function check(
  found: readonly RegisteredModel[],
  changes: Partial<RegisteredModels> = {},
): Promise<ReadinessCheck> {
  const models = async (): Promise<RegisteredModels> => ({ found, cut: false, denied: 0, ...changes });
  return registryReadiness({ jobs: [job], looked: '1 job', unmeasured: [] }, { models });
}

describe('the readiness of the model registry', () => {
  it.each<[string, RegisteredModel]>([
    ['names the job', { job: 'gold-1', artifacts: [] }],
    ['has its model archive', { artifacts: [modelUri] }],
    ['has an uncompressed model beside it', { artifacts: ['s3://bucket/output/gold-1/output/model/'] }],
    [
      'has an adapter of its checkpoints',
      { artifacts: ['s3://bucket/ckpt/gold-1/checkpoint-9/adapter.tar.gz'] },
    ],
  ])('accepts a model package that %s', async (_, model) => {
    expect((await check([model])).findings).toEqual([]);
  });

  it('reports a completed job whose model is in no package, not one with a similar name', async () => {
    const other = { job: 'gold-10', artifacts: ['s3://bucket/output/gold-10/output/model.tar.gz'] };

    expect((await check([other])).findings).toMatchObject([
      { what: `the model of gold-1 is in no model package (${modelUri})` },
    ]);
  });

  it('does not report it while some packages could not be read: it may be in one of them', async () => {
    const { findings, unmeasured } = await check([], { denied: 2 });

    expect(findings).toEqual([]);
    expect(unmeasured).toMatchObject([
      { what: '2 model packages that AWS denied', fix: expect.stringContaining('DescribeModelPackage') },
      { what: 'whether the registry tracks the model of gold-1' },
    ]);
  });
});
