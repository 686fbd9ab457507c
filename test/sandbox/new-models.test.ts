import { CreateEndpointConfigCommand, CreateModelCommand, ListTagsCommand } from '@aws-sdk/client-sagemaker';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RegionUnderTest, startRegionUnderTest } from '../aws/a-region.ts';
import { type EndpointUnderTest, endpointOf, packageArn, role, v4 } from './an-endpoint.ts';

describe('an endpoint in the sandbox', () => {
  let region: RegionUnderTest;
  let prod: EndpointUnderTest;

  beforeEach(async () => {
    region = await startRegionUnderTest(1_000);
    prod = endpointOf(region);
  });
  afterEach(async () => region.close());

  it('deploys a new model through a new configuration, and rolls back a model whose artifact is missing', async () => {
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
      await prod.update({ EndpointConfigName: name });
      return name;
    };

    const lost = await deploy(2);
    expect((await prod.waitForUpdate()).last).toMatchObject({
      EndpointConfigName: v4,
      FailureReason: expect.stringMatching(/^Failed to download model data .*srl-rlvr-gold-20251007/),
    });
    const intact = await deploy(3);
    expect((await prod.waitForUpdate()).last).toMatchObject({ EndpointConfigName: intact });
    await expect(deploy(1)).rejects.toThrow(/its approval status is Rejected/);
    await expect(deploy(3)).rejects.toThrow(
      `Cannot create already existing model "arn:aws:sagemaker:us-east-1:123456789012:model/${intact}".`,
    );
    const tags = await sagemaker.send(
      new ListTagsCommand({ ResourceArn: `arn:aws:sagemaker:us-east-1:123456789012:model/${lost}` }),
    );
    expect(tags.Tags).toEqual([{ Key: 'relight', Value: 'x' }]);
    expect(await region.committed('CreateModel')).toHaveLength(2);
  });
});
