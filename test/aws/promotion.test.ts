import {
  CreateEndpointConfigCommand,
  type CreateEndpointConfigCommandInput,
  CreateModelCommand,
  type CreateModelCommandInput,
} from '@aws-sdk/client-sagemaker';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createModels } from '../../src/aws/models/models.ts';
import { promotionCalls } from '../../src/models/model-calls.ts';
import type { JsonObject } from '../../src/ports/basics.ts';
import type { ModelChanges, PromotionRequest } from '../../src/ports/models.ts';
import type { Token } from '../../src/ports/token.ts';
import { type SentMarks, sentMarks, tokenFor } from '../support/a-token.ts';
import { firstTry } from '../support/fake-ports.ts';
import { until } from '../support/until.ts';
import { type RegionUnderTest, startRegionUnderTest } from './a-region.ts';

const endpoint = 'srl-rlvr-gold-prod';

/** The oracle is the ledger of the stand-in Region; the marks are those of the journal, which outlive a worker. */
describe('an approved promotion', () => {
  let region: RegionUnderTest;
  let models: ModelChanges;
  let request: PromotionRequest;
  let marks: SentMarks;

  beforeEach(async () => {
    region = await startRegionUnderTest(20_000);
    models = createModels(region.clients);
    marks = sentMarks();
    const { variants } = await models.served(endpoint);
    const group = /model-package\/([^/]+)\//.exec(variants[0]?.packageArn ?? '')?.[1] ?? '';
    const drafts = (await models.versions(group, 10)).map(({ arn }) =>
      models.draftPromotion(endpoint, arn, firstTry.id, []),
    );
    const made = (await Promise.all(drafts)).find(({ reused }) => !reused);
    if (made === undefined) throw new Error('the seed has no version that nothing has served yet');
    ({ request } = made);
  });
  afterEach(async () => region.close());

  const token = (changes: { readonly confirm?: Token['confirm'] } = {}): Token =>
    tokenFor(firstTry, request, changes.confirm, { marks });
  const updates = async (): Promise<number> => (await region.committed('UpdateEndpoint')).length;
  const inService = async (): Promise<void> => {
    await until(async () => (await models.served(endpoint)).status === 'InService', 'the end of the update');
  };
  async function nextUpdate(next: string): Promise<void> {
    await fetch(`${region.region.url}/_sandbox/endpoint`, {
      method: 'POST',
      body: JSON.stringify({ endpoint, next }),
    });
  }
  const inputOf = (operation: string): JsonObject =>
    promotionCalls(request, token()).find((call) => call.operation === operation)?.input ?? {};

  it('is not sent again after SageMaker rolled it back, although the endpoint looks as if nothing was sent', async () => {
    await nextUpdate('rolls-back');
    await models.promote(request, token());
    await inService();

    const again = models.promote(request, token());

    await expect(again).rejects.toMatchObject({ code: 'promotion-rolled-back' });
    await expect(again).rejects.toThrow('did not pass the ping health check');
    expect(await updates()).toBe(1);
  });

  it('is sent if a worker died between its mark and the call, once AWS shows that it was never sent', async () => {
    marks.at.set('UpdateEndpoint', { seen: await seen(), at: marks.now });

    await expect(models.promote(request, token())).rejects.toMatchObject({ code: 'outcome-unknown' });
    expect(await updates()).toBe(0);
    marks.now += 60_000;
    expect(await models.promote(request, token())).toEqual({ adopted: false });

    expect(await updates()).toBe(1);
  });

  it('is adopted if a worker died after the call', async () => {
    await nextUpdate('slow');
    await models.promote(request, token());

    expect(await models.promote(request, token())).toEqual({ adopted: true });
    expect(await updates()).toBe(1);
  });

  it('is not sent and asks a person if the endpoint was changed since the mark and AWS does not tell by what', async () => {
    marks.at.set('UpdateEndpoint', { seen: '2026-01-01T00:00:00.000Z', at: marks.now });
    marks.now += 3_600_000;

    await expect(models.promote(request, token())).rejects.toMatchObject({ code: 'endpoint-moved' });
    expect(await updates()).toBe(0);
  });

  it('is sent once if two workers of the same attempt find that it was never sent', async () => {
    marks.at.set('UpdateEndpoint', { seen: await seen(), at: marks.now });
    marks.now += 60_000;

    const both = await Promise.allSettled([
      models.promote(request, token()),
      models.promote(request, token()),
    ]);

    expect(both.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
    expect(await updates()).toBe(1);
  });

  it.each([
    ['model', 'CreateModel', { ExecutionRoleArn: 'arn:aws:iam::123456789012:role/other' }],
    [
      'model in another network',
      'CreateModel',
      { VpcConfig: { Subnets: ['s-1'], SecurityGroupIds: ['g-1'] } },
    ],
  ])('is refused if a %s with its tags and other content has the name', async (_, operation, change) => {
    const input = { ...inputOf(operation), ...change } as unknown as CreateModelCommandInput;
    await region.clients.sagemaker.creates.send(new CreateModelCommand(input));

    const promoted = models.promote(request, token());

    await expect(promoted).rejects.toMatchObject({ code: 'job-foreign' });
    await expect(promoted).rejects.toThrow(Object.keys(change)[0]);
    expect(await updates()).toBe(0);
  });

  it('is refused if an endpoint configuration with its tags and other content has the name', async () => {
    const { creates } = region.clients.sagemaker;
    const model = inputOf('CreateModel') as unknown as CreateModelCommandInput;
    const config = inputOf('CreateEndpointConfig') as unknown as CreateEndpointConfigCommandInput;
    const [variant] = config.ProductionVariants ?? [];
    await creates.send(new CreateModelCommand(model));
    await creates.send(
      new CreateEndpointConfigCommand({
        ...config,
        ProductionVariants: [{ ...variant, VariantName: 'AllTraffic', InitialInstanceCount: 64 }],
      }),
    );

    const promoted = models.promote(request, token());

    await expect(promoted).rejects.toMatchObject({ code: 'job-foreign' });
    await expect(promoted).rejects.toThrow('InitialInstanceCount');
    expect(await updates()).toBe(0);
  });

  it('adopts the model and the configuration that a dead worker of the same attempt created', async () => {
    const { creates } = region.clients.sagemaker;
    await creates.send(new CreateModelCommand(inputOf('CreateModel') as unknown as CreateModelCommandInput));
    await creates.send(
      new CreateEndpointConfigCommand(
        inputOf('CreateEndpointConfig') as unknown as CreateEndpointConfigCommandInput,
      ),
    );

    expect(await models.promote(request, token())).toEqual({ adopted: false });

    expect(await region.committed('CreateModel')).toHaveLength(1);
    expect(await region.committed('CreateEndpointConfig')).toHaveLength(1);
    expect(await updates()).toBe(1);
  });

  async function seen(): Promise<string> {
    return new Date((await models.served(endpoint)).changedAt).toISOString();
  }
});
