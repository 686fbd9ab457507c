import {
  CreateEndpointConfigCommand,
  CreateModelCommand,
  type DeploymentConfig,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  type DescribeEndpointOutput,
  DescribeModelCommand,
  ListEndpointsCommand,
  ListTagsCommand,
  UpdateEndpointCommand,
  type UpdateEndpointCommandInput,
} from '@aws-sdk/client-sagemaker';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RegionUnderTest, startRegionUnderTest } from '../aws/a-region.ts';
import { until } from '../support/until.ts';
import { postJson } from '../support/world.ts';

const endpoint = 'srl-rlvr-gold-prod';
const [v3, v4] = [`${endpoint}-v3`, `${endpoint}-v4`];
const packageArn = 'arn:aws:sagemaker:us-east-1:123456789012:model-package/srl-rlvr-gold';
const role = 'arn:aws:iam::123456789012:role/SageMakerInferenceRole';

describe('the endpoints of the sandbox', () => {
  let region: RegionUnderTest;

  beforeEach(async () => {
    region = await startRegionUnderTest(1_000);
  });
  afterEach(async () => region.close());

  async function describeEndpoint(): Promise<DescribeEndpointOutput> {
    return region.clients.sagemaker.reads.send(new DescribeEndpointCommand({ EndpointName: endpoint }));
  }

  async function update(input: Partial<UpdateEndpointCommandInput> = {}): Promise<unknown> {
    const command = new UpdateEndpointCommand({ EndpointName: endpoint, EndpointConfigName: v3, ...input });
    return region.clients.sagemaker.reads.send(command);
  }

  /** Every status on the way, until the endpoint is at rest. */
  async function toTheEnd(): Promise<{ statuses: unknown[]; last: DescribeEndpointOutput }> {
    const statuses: unknown[] = [];
    return until(async () => {
      const last = await describeEndpoint();
      if (statuses.at(-1) !== last.EndpointStatus) statuses.push(last.EndpointStatus);
      return last.PendingDeploymentSummary === undefined && { statuses, last };
    }, 'the end of the update');
  }

  async function script(next: string): Promise<void> {
    await postJson(`${region.region.url}/_sandbox/endpoint`, { endpoint, next });
  }

  const allAtOnce = (alarm?: string): DeploymentConfig => ({
    BlueGreenUpdatePolicy: {
      TrafficRoutingConfiguration: { Type: 'ALL_AT_ONCE', WaitIntervalInSeconds: 120 },
      TerminationWaitInSeconds: 60,
      MaximumExecutionTimeoutInSeconds: 1_800,
    },
    ...(alarm === undefined ? {} : { AutoRollbackConfiguration: { Alarms: [{ AlarmName: alarm }] } }),
  });

  it('serve a version of the registry, which is found by way of configuration and model', async () => {
    const { reads: sagemaker } = region.clients.sagemaker;
    const { EndpointConfigName, EndpointStatus, ProductionVariants } = await describeEndpoint();
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

  it('name the old configuration while an update goes on, and the new one when it is done', async () => {
    await update({ DeploymentConfig: allAtOnce() });

    expect(await describeEndpoint()).toMatchObject({
      EndpointStatus: 'Updating',
      EndpointConfigName: v4,
      PendingDeploymentSummary: {
        EndpointConfigName: v3,
        ProductionVariants: [{ VariantStatus: [{ Status: 'Creating' }], CurrentInstanceCount: 0 }],
      },
    });
    const { statuses, last } = await toTheEnd();
    expect(statuses).toEqual(['Updating', 'InService']);
    expect(last).toMatchObject({ EndpointConfigName: v3, LastDeploymentConfig: allAtOnce() });
    expect(last.ProductionVariants).toMatchObject([{ CurrentInstanceCount: 2 }]);
    expect(await region.committed('UpdateEndpoint')).toMatchObject([
      { request: { EndpointName: endpoint, EndpointConfigName: v3 } },
    ]);
  });

  it('keep the number of instances they were scaled to when asked to', async () => {
    await update({ RetainAllVariantProperties: true });

    const { last } = await toTheEnd();
    expect(last.ProductionVariants).toMatchObject([{ CurrentInstanceCount: 3 }]);
  });

  it('refuse a second update while one goes on', async () => {
    await script('slow');
    await update();

    await expect(update({ EndpointConfigName: v4 })).rejects.toMatchObject({
      name: 'ValidationException',
      message: `Cannot update in-progress endpoint "arn:aws:sagemaker:us-east-1:123456789012:endpoint/${endpoint}".`,
    });
    expect(await region.committed('UpdateEndpoint')).toHaveLength(1);
  });

  it('are in service again with the old configuration when an update rolls back', async () => {
    await script('rolls-back');
    await update();

    const { statuses, last } = await toTheEnd();
    expect(statuses).toEqual(['Updating', 'RollingBack', 'InService']);
    expect(last).toMatchObject({
      EndpointConfigName: v4,
      FailureReason: expect.stringContaining('did not pass the ping health check'),
    });
    expect(last.ProductionVariants).toMatchObject([{ CurrentInstanceCount: 3 }]);
    await update();
    expect((await toTheEnd()).last).toMatchObject({ EndpointConfigName: v3 });
  });

  it.each([
    ['fails', 'Failed'],
    ['rollback-fails', 'UpdateRollbackFailed'],
  ])('end badly when an update %s', async (next, status) => {
    await script(next);
    await update();

    expect((await toTheEnd()).last).toMatchObject({ EndpointStatus: status, EndpointConfigName: v4 });
  });

  it('roll back a deployment that takes longer than its timeout', async () => {
    await script('slow');
    await update({ DeploymentConfig: allAtOnce() });

    expect((await toTheEnd()).last).toMatchObject({
      EndpointConfigName: v4,
      FailureReason: expect.stringContaining('MaximumExecutionTimeoutInSeconds (1800)'),
    });
  });

  it('roll back when the alarm that guards the update is in ALARM, even since before', async () => {
    await postJson(`${region.region.url}/_sandbox/fail`, { endpoint, kind: 'model-degraded' });
    await update({ DeploymentConfig: allAtOnce(`${endpoint}-reward`) });
    expect((await toTheEnd()).last).toMatchObject({
      EndpointConfigName: v4,
      FailureReason: expect.stringContaining(`${endpoint}-reward`),
    });

    await update({ DeploymentConfig: allAtOnce(`${endpoint}-latency`) });
    expect((await toTheEnd()).last).toMatchObject({ EndpointConfigName: v3 });
  });

  it('take a new model by way of a new configuration, and roll back one whose artefact is gone', async () => {
    const { reads: sagemaker } = region.clients.sagemaker;
    const deploy = async (version: number): Promise<string> => {
      const name = `relight-${version}`;
      const Containers = [{ ModelPackageName: `${packageArn}/${version}` }];
      await sagemaker.send(
        new CreateModelCommand({
          ModelName: name,
          Containers,
          ExecutionRoleArn: role,
          Tags: [{ Key: 'relight', Value: 'x' }],
        }),
      );
      await sagemaker.send(
        new CreateEndpointConfigCommand({
          EndpointConfigName: name,
          ProductionVariants: [
            {
              VariantName: 'AllTraffic',
              ModelName: name,
              InstanceType: 'ml.g5.12xlarge',
              InitialInstanceCount: 2,
            },
          ],
        }),
      );
      await update({ EndpointConfigName: name });
      return name;
    };

    const lost = await deploy(2);
    expect((await toTheEnd()).last).toMatchObject({
      EndpointConfigName: v4,
      FailureReason: expect.stringMatching(/^Failed to download model data .*srl-rlvr-gold-20251007/),
    });
    const whole = await deploy(3);
    expect((await toTheEnd()).last).toMatchObject({ EndpointConfigName: whole });
    await expect(deploy(1)).rejects.toThrow(/its approval status is Rejected/);
    await expect(deploy(3)).rejects.toThrow(
      `Cannot create already existing model "arn:aws:sagemaker:us-east-1:123456789012:model/${whole}".`,
    );
    const tags = await sagemaker.send(
      new ListTagsCommand({ ResourceArn: `arn:aws:sagemaker:us-east-1:123456789012:model/${lost}` }),
    );
    expect(tags.Tags).toEqual([{ Key: 'relight', Value: 'x' }]);
    expect(await region.committed('CreateModel')).toHaveLength(2);
  });
});
