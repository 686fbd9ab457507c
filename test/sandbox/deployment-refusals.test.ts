import {
  CreateEndpointConfigCommand,
  CreateModelCommand,
  type DeploymentConfig,
  DescribeEndpointConfigCommand,
} from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RegionUnderTest, startRegionUnderTest } from '../aws/a-region.ts';
import { type EndpointUnderTest, endpointOf, role, v4 } from './an-endpoint.ts';

describe('an endpoint deployment in the sandbox', () => {
  let region: RegionUnderTest;
  let prod: EndpointUnderTest;

  beforeAll(async () => {
    region = await startRegionUnderTest();
    prod = endpointOf(region);
  });
  afterAll(async () => region.close());

  it('is refused with the error messages of AWS if something is taken, missing or out of bounds', async () => {
    const { reads: sagemaker } = region.clients.sagemaker;
    const config = await sagemaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName: v4 }));
    const ProductionVariants = config.ProductionVariants ?? [];
    const create = async (name: string, ModelName = 'srl-rlvr-gold-v4'): Promise<unknown> =>
      sagemaker.send(
        new CreateEndpointConfigCommand({
          EndpointConfigName: name,
          ProductionVariants: ProductionVariants.map((one) => ({ ...one, ModelName })),
        }),
      );

    await expect(create(v4)).rejects.toThrow(
      `Cannot create already existing endpoint configuration "arn:aws:sagemaker:us-east-1:123456789012:endpoint-config/${v4}".`,
    );
    await expect(create('x'.repeat(64))).rejects.toThrow(
      /at 'endpointConfigName' failed to satisfy constraint: Member must have length less than or equal to 63/,
    );
    await expect(create('new', 'no_name')).rejects.toThrow(/at 'productionVariants\.1\.member\.modelName'/);
    await expect(create('new', 'nothing')).rejects.toThrow(/^Could not find model "arn:.*model\/nothing"\./);
    await expect(prod.update({ EndpointConfigName: 'nothing' })).rejects.toThrow(
      /^Could not find endpoint configuration "arn:/,
    );
    await expect(prod.update({ EndpointName: 'nothing' })).rejects.toThrow(/^Could not find endpoint "arn:/);
    const missing = { ModelDataUrl: 's3://srl-rlvr-training/nothing', Image: 'image' };
    const model = { ModelName: 'new', PrimaryContainer: missing, ExecutionRoleArn: role };
    await expect(sagemaker.send(new CreateModelCommand(model))).rejects.toThrow(
      'Could not find model data at s3://srl-rlvr-training/nothing.',
    );
    expect(await region.committed('CreateEndpointConfig')).toEqual([]);
  });

  it.each<[string, DeploymentConfig]>([
    ['a canary without a size', routed({ Type: 'CANARY' })],
    ['a canary larger than 50 %', routed({ Type: 'CANARY', CanarySize: percent(51) })],
    ['a linear step below 10 %', routed({ Type: 'LINEAR', LinearStepSize: percent(9) })],
    ['a size that the routing type does not use', routed({ Type: 'ALL_AT_ONCE', CanarySize: percent(10) })],
    ['a wait longer than an hour', routed({ Type: 'ALL_AT_ONCE', WaitIntervalInSeconds: 3_601 })],
    ['a rolling batch below 5 %', { RollingUpdatePolicy: rolling(4) }],
    ['two policies at once', { ...routed({ Type: 'ALL_AT_ONCE' }), RollingUpdatePolicy: rolling(25) }],
    ['a nonexistent alarm', { ...guarded('nothing') }],
  ])('is refused with %s', async (_, config) => {
    await expect(prod.update({ DeploymentConfig: config })).rejects.toMatchObject({
      name: 'ValidationException',
    });
    expect(await prod.describe()).toMatchObject({ EndpointStatus: 'InService' });
    expect(await region.committed('UpdateEndpoint')).toEqual([]);
  });
});

type Routing = NonNullable<DeploymentConfig['BlueGreenUpdatePolicy']>['TrafficRoutingConfiguration'];

function routed(routing: Partial<Routing>): DeploymentConfig {
  const TrafficRoutingConfiguration = { Type: 'ALL_AT_ONCE', WaitIntervalInSeconds: 0, ...routing } as const;
  return { BlueGreenUpdatePolicy: { TrafficRoutingConfiguration } };
}

function percent(Value: number): { Type: 'CAPACITY_PERCENT'; Value: number } {
  return { Type: 'CAPACITY_PERCENT', Value };
}

function rolling(size: number): DeploymentConfig['RollingUpdatePolicy'] {
  return { MaximumBatchSize: percent(size), WaitIntervalInSeconds: 60 };
}

function guarded(AlarmName: string): DeploymentConfig {
  return { ...routed({}), AutoRollbackConfiguration: { Alarms: [{ AlarmName }] } };
}
