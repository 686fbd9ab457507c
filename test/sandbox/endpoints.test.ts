import {
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  ListEndpointsCommand,
} from '@aws-sdk/client-sagemaker';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RegionUnderTest, startRegionUnderTest } from '../aws/a-region.ts';
import { postJson } from '../support/world.ts';
import {
  allAtOnce,
  type EndpointUnderTest,
  endpoint,
  endpointOf,
  packageArn,
  v3,
  v4,
} from './an-endpoint.ts';

describe('endpoints in the sandbox', () => {
  let region: RegionUnderTest;
  let prod: EndpointUnderTest;

  beforeEach(async () => {
    region = await startRegionUnderTest(1_000);
    prod = endpointOf(region);
  });
  afterEach(async () => region.close());

  it('serve a registry version that can be found through the configuration and the model', async () => {
    const { reads: sagemaker } = region.clients.sagemaker;
    const { EndpointConfigName, EndpointStatus, ProductionVariants } = await prod.describe();
    expect({ EndpointConfigName, EndpointStatus }).toEqual({
      EndpointConfigName: v4,
      EndpointStatus: 'InService',
    });
    expect(ProductionVariants).toMatchObject([{ VariantName: 'AllTraffic', CurrentInstanceCount: 3 }]);

    const config = await sagemaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName }));
    const [variant] = config.ProductionVariants ?? [];
    expect(variant).toMatchObject({ ModelName: 'srl-rlvr-gold-v4', InitialInstanceCount: 2 });
    const model = await sagemaker.send(new DescribeModelCommand({ ModelName: variant?.ModelName }));
    expect(model.Containers).toMatchObject([{ ModelPackageName: `${packageArn}/4` }]);

    const listed = await sagemaker.send(new ListEndpointsCommand({ StatusEquals: 'InService' }));
    expect(listed.Endpoints).toMatchObject([{ EndpointName: endpoint }]);
  });

  it('report the old configuration during an update and the new one afterward', async () => {
    await prod.update({ DeploymentConfig: allAtOnce() });

    expect(await prod.describe()).toMatchObject({
      EndpointStatus: 'Updating',
      EndpointConfigName: v4,
      PendingDeploymentSummary: {
        EndpointConfigName: v3,
        ProductionVariants: [{ VariantStatus: [{ Status: 'Creating' }], CurrentInstanceCount: 0 }],
      },
    });
    const { statuses, last } = await prod.waitForUpdate();
    expect(statuses).toEqual(['Updating', 'InService']);
    expect(last).toMatchObject({ EndpointConfigName: v3, LastDeploymentConfig: allAtOnce() });
    expect(last.ProductionVariants).toMatchObject([{ CurrentInstanceCount: 2 }]);
    expect(await region.committed('UpdateEndpoint')).toMatchObject([
      { request: { EndpointName: endpoint, EndpointConfigName: v3 } },
    ]);
  });

  it('keep their scaled instance count if RetainAllVariantProperties is set', async () => {
    await prod.update({ RetainAllVariantProperties: true });

    const { last } = await prod.waitForUpdate();
    expect(last.ProductionVariants).toMatchObject([{ CurrentInstanceCount: 3 }]);
  });

  it('refuse a second update while one is in progress', async () => {
    await prod.script('slow');
    await prod.update();

    await expect(prod.update({ EndpointConfigName: v4 })).rejects.toMatchObject({
      name: 'ValidationException',
      message: `Cannot update in-progress endpoint "arn:aws:sagemaker:us-east-1:123456789012:endpoint/${endpoint}".`,
    });
    expect(await region.committed('UpdateEndpoint')).toHaveLength(1);
  });

  it('return to service with the old configuration after an update rolls back', async () => {
    await prod.script('rolls-back');
    await prod.update();

    const { statuses, last } = await prod.waitForUpdate();
    expect(statuses).toEqual(['Updating', 'RollingBack', 'InService']);
    expect(last).toMatchObject({
      EndpointConfigName: v4,
      FailureReason: expect.stringContaining('did not pass the ping health check'),
    });
    expect(last.ProductionVariants).toMatchObject([{ CurrentInstanceCount: 3 }]);
    await prod.update();
    expect((await prod.waitForUpdate()).last).toMatchObject({ EndpointConfigName: v3 });
  });

  it.each([
    ['fails', 'Failed'],
    ['rollback-fails', 'UpdateRollbackFailed'],
  ])('end in a failed state when an update %s', async (next, status) => {
    await prod.script(next);
    await prod.update();

    expect((await prod.waitForUpdate()).last).toMatchObject({
      EndpointStatus: status,
      EndpointConfigName: v4,
    });
  });

  it('roll back a deployment that exceeds its timeout', async () => {
    await prod.script('slow');
    await prod.update({ DeploymentConfig: allAtOnce() });

    expect((await prod.waitForUpdate()).last).toMatchObject({
      EndpointConfigName: v4,
      FailureReason: expect.stringContaining('MaximumExecutionTimeoutInSeconds (1800)'),
    });
  });

  it('roll back if an alarm that guards the update is in ALARM, even from before the update', async () => {
    await postJson(`${region.region.url}/_sandbox/fail`, { endpoint, kind: 'model-degraded' });
    await prod.update({ DeploymentConfig: allAtOnce(`${endpoint}-reward`) });
    expect((await prod.waitForUpdate()).last).toMatchObject({
      EndpointConfigName: v4,
      FailureReason: expect.stringContaining(`${endpoint}-reward`),
    });

    await prod.update({ DeploymentConfig: allAtOnce(`${endpoint}-latency`) });
    expect((await prod.waitForUpdate()).last).toMatchObject({ EndpointConfigName: v3 });
  });
});
