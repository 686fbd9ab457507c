import { UpdateModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createModels } from '../../src/aws/models/models.ts';
import { rejection } from '../../src/models/model-calls.ts';
import type { ModelChanges, RejectionRequest } from '../../src/ports/models.ts';
import { tokenFor } from '../support/a-token.ts';
import { firstTry } from '../support/fake-ports.ts';
import { type RegionUnderTest, startRegionUnderTest } from './a-region.ts';

describe('an approved rejection of a model version', () => {
  let region: RegionUnderTest;
  let models: ModelChanges;
  let request: RejectionRequest;

  beforeEach(async () => {
    region = await startRegionUnderTest();
    models = createModels(region.clients);
    const { variants } = await models.served('srl-rlvr-gold-prod');
    request = rejection(variants[0]?.packageArn ?? '', 'degraded: rl-1', 'Approved');
  });
  afterEach(async () => region.close());

  async function somebodyRejects(): Promise<void> {
    const { ModelPackageArn } = request;
    const command = new UpdateModelPackageCommand({
      ModelPackageArn,
      ModelApprovalStatus: 'Rejected',
      ApprovalDescription: 'license',
    });
    await region.clients.sagemaker.creates.send(command);
  }
  const sent = async (): Promise<number> => (await region.committed('UpdateModelPackage')).length;

  it('is not sent if somebody has changed the status that people saw', async () => {
    await somebodyRejects();

    await expect(models.reject(request, tokenFor(firstTry, request))).rejects.toMatchObject({
      code: 'basis-changed',
    });
    expect(await sent()).toBe(1);
  });

  it('is not sent if somebody changes the status while the approval is checked', async () => {
    const token = tokenFor(firstTry, request, somebodyRejects);

    await expect(models.reject(request, token)).rejects.toMatchObject({ code: 'basis-changed' });
    expect(await sent()).toBe(1);
  });

  it('is sent once, also if the worker died before it could record that', async () => {
    await models.reject(request, tokenFor(firstTry, request));
    await models.reject(request, tokenFor(firstTry, request));

    expect(await sent()).toBe(1);
    expect(await models.registration(request.ModelPackageArn)).toEqual({
      approval: 'Rejected',
      note: 'degraded: rl-1',
    });
  });
});
