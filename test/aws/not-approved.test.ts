import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModels } from '../../src/aws/models/models.ts';
import { createFixedData } from '../../src/aws/s3/dataset-writer.ts';
import { createDatasets } from '../../src/aws/s3/datasets.ts';
import { createTraining } from '../../src/aws/training/training.ts';
import { rejection } from '../../src/models/model-calls.ts';
import type { JsonObject } from '../../src/ports/ports.ts';
import { approvedFixes } from '../../src/training-data/fix/approved-fixes.ts';
import { requestOf } from '../../src/training-data/fix/plan/fix-request.ts';
import { planFix } from '../../src/training-data/fix/plan/plan-fix.ts';
import { runFix } from '../../src/training-data/fix/run-fix.ts';
import { tokenFor } from '../support/a-token.ts';
import { firstTry } from '../support/fake-ports.ts';
import { gsm8kRows, jsonl } from '../training-data/a-data-set.ts';
import { type RegionUnderTest, silent, startRegionUnderTest } from './a-region.ts';
import { checkpointFolders } from './checkpoint-folders.ts';

const job = 'srl-rlvr-gold-20251104';
const endpoint = 'srl-rlvr-gold-prod';
const refused = { code: 'not-approved', retry: false };

/** With the real SDK; the ledger of the stand-in says what AWS was asked to change. */
describe('a request that differs from the approved one is refused by the adapter', () => {
  let region: RegionUnderTest;

  beforeAll(async () => {
    region = await startRegionUnderTest();
  });
  afterAll(async () => region.close());

  async function expectNone(...operations: readonly string[]): Promise<void> {
    for (const operation of operations) expect(await region.committed(operation), operation).toEqual([]);
  }

  it.each([
    ['a larger instance', { ResourceConfig: { InstanceType: 'ml.p5.48xlarge', InstanceCount: 16 } }],
    ['another role', { RoleArn: 'arn:aws:iam::123456789012:role/admin' }],
    ['one more environment variable', { Environment: { LD_PRELOAD: '/tmp/x.so' } }],
    ['another name', { TrainingJobName: 'srl-rlvr-gold-r9-0123456789abcdef' }],
  ])('a launch with %s', async (_, change) => {
    const training = createTraining(region.clients.sagemaker, silent);
    const { request } = await training.draftClone(job, { name: 'srl-rlvr-gold-r1-not', tags: {} });
    const token = tokenFor(firstTry, request);

    await expect(training.launch({ ...request, ...change }, token)).rejects.toMatchObject(refused);

    await expectNone('CreateTrainingJob');
  });

  it('a promotion to another version, and a rejection of another version', async () => {
    const models = createModels(region.clients);
    const packageArn = (await models.served(endpoint)).variants[0]?.packageArn ?? '';
    const [good = '', other = ''] = [3, 2].map((version) => packageArn.replace(/\d+$/, String(version)));
    const { request } = await models.draftPromotion(endpoint, good, firstTry.id, []);
    const promotion = await models.draftPromotion(endpoint, other, firstTry.id, []);
    const rejecting = tokenFor(firstTry, rejection(packageArn, 'degraded', 'Approved'));

    await expect(models.promote(promotion.request, tokenFor(firstTry, request))).rejects.toMatchObject(
      refused,
    );
    await expect(models.reject(rejection(other, 'degraded', 'Approved'), rejecting)).rejects.toMatchObject(
      refused,
    );

    await expectNone('CreateModel', 'CreateEndpointConfig', 'UpdateEndpoint', 'UpdateModelPackage');
  });

  it('a data fix that loses more records, or writes somewhere else', async () => {
    const folders = checkpointFolders(region);
    const [uri, target, elsewhere] = [folders.fresh(), folders.fresh(), folders.fresh()];
    await folders.put(uri, { 'a.jsonl': jsonl(gsm8kRows(20)).toString() });
    const datasets = createDatasets(region.clients.s3);
    const fixedData = createFixedData(region.clients.s3);
    const { plan, run } = approvedFixes(
      {
        plan: async (one) => planFix(one, datasets),
        run: async (one, by) => runFix(one, by, { datasets, fixedData }),
      },
      datasets,
    );
    const sources = [{ channel: 'train', uri }];
    const fix = { sources, schema: 'auto', changes: {}, approved: [], dropLimit: 0.05, target } as const;
    const request = requestOf(fix, await plan(fix));
    const before = await region.committed('PutObject');
    const otherwise: JsonObject[] = [{ dropLimit: 1 }, { target: elsewhere }];

    for (const change of otherwise)
      await expect(run({ ...request, ...change }, tokenFor(firstTry, request))).rejects.toMatchObject(
        refused,
      );
    expect(await region.committed('PutObject')).toEqual(before);

    expect(await run(request, tokenFor(firstTry, request))).toMatchObject({ counts: { kept: 20 } });
    expect(await folders.contents(elsewhere)).toEqual({});
  });
});
