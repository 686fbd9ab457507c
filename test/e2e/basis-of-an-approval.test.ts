import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import {
  CreateEndpointConfigCommand,
  CreateTrainingJobCommand,
  DescribeTrainingJobCommand,
  SageMakerClient,
  UpdateEndpointCommand,
} from '@aws-sdk/client-sagemaker';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { awsLedger, failJob, launches } from '../support/aws-ledger.ts';
import { click, lead, waitForButton, waitForRecovery, waitForText } from '../support/responder.ts';
import { createWorld, goldJob, postJson, type World } from '../support/world.ts';

/** The checkpoint and the model version have their tests in changed-after-approval.test.ts. */
describe('an approval does not outlive a change of', () => {
  let world: World;
  let sagemaker: SageMakerClient;

  beforeEach(async () => {
    world = await createWorld();
    sagemaker = new SageMakerClient({
      region: 'us-east-1',
      endpoint: world.region.url,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
  });
  afterEach(async () => {
    sagemaker.destroy();
    await world.close();
  });

  it('the caps: people are asked again, and see the old and the new value', async () => {
    const relight = await world.start('all');
    await failJob(world, goldJob, 'spot-interruption');
    const button = await waitForButton(world, 'step-resumed', 'Resume training');
    await relight.stop();
    const path = world.environment()['RELIGHT_CONFIG'] ?? '';
    const yaml = await readFile(path, 'utf8');
    await writeFile(path, yaml.replace('spend_per_day_usd: 50000', 'spend_per_day_usd: 40000'));
    await world.start('all');

    await click(world, lead, button);

    const shown = await waitForText(world, 'step-resumed', 'built this new request');
    expect(shown).toContain('caps.spend_per_day_usd is 40,000 now, and was 50,000');
    expect(await launches(world)).toEqual([]);
  });

  it('a tag of the training image without launching another image: the request is pinned to the digest', async () => {
    await world.start('all');
    await failJob(world, goldJob, 'spot-interruption');
    const button = await waitForButton(world, 'step-resumed', 'Resume training');
    const failed = await sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: goldJob }));
    const image = failed.AlgorithmSpecification?.TrainingImage ?? '';
    const [repository = '', tag = ''] = image.split('/').at(-1)?.split(':') ?? [];
    const digest = createHash('sha256').update(`${repository}:${tag}`).digest('hex');
    await postJson(`${world.region.url}/_sandbox/image`, { repository, tag, content: 'pushed by hand' });

    await click(world, lead, button);
    await waitForRecovery(world);

    const pinned = `${image.replace(`:${tag}`, '')}@sha256:${digest}`;
    expect(await launches(world)).toMatchObject([{ AlgorithmSpecification: { TrainingImage: pinned } }]);
  });

  it('the jobs: nothing is launched beside a copy that someone started by hand meanwhile', async () => {
    await world.start('all');
    await failJob(world, goldJob, 'spot-interruption');
    const button = await waitForButton(world, 'step-resumed', 'Resume training');
    const TrainingJobName = `${goldJob}-r1-00000000000000aa`;
    const failed = await sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: goldJob }));
    const { AlgorithmSpecification, RoleArn, OutputDataConfig, ResourceConfig } = failed;
    await sagemaker.send(
      new CreateTrainingJobCommand({
        TrainingJobName,
        AlgorithmSpecification: {
          TrainingImage: AlgorithmSpecification?.TrainingImage,
          TrainingInputMode: 'File',
        },
        RoleArn,
        OutputDataConfig,
        ResourceConfig,
        CheckpointConfig: { S3Uri: 's3://srl-rlvr-training/checkpoints/by-hand/' },
        StoppingCondition: { MaxRuntimeInSeconds: 3_600 },
        Tags: [{ Key: 'started-by', Value: 'hand' }],
      }),
    );

    await click(world, lead, button);

    await waitForText(world, 'step-resumed', `${TrainingJobName} already replaces ${goldJob}`);
    expect((await launches(world)).map((one) => one.TrainingJobName)).toEqual([TrainingJobName]);
  });

  it('the live endpoint: it is not updated over what someone else deployed meanwhile', async () => {
    await world.start('all');
    const endpoint = 'srl-rlvr-gold-prod';
    await postJson(`${world.region.url}/_sandbox/fail`, { endpoint, kind: 'model-degraded' });
    const promote = await waitForButton(world, 'step-promoted', 'Promote this version');
    const EndpointConfigName = `${endpoint}-by-hand`;
    const variant = {
      VariantName: 'AllTraffic',
      ModelName: 'srl-rlvr-gold-v3',
      InstanceType: 'ml.g5.12xlarge',
      InitialInstanceCount: 1,
    } as const;
    await sagemaker.send(
      new CreateEndpointConfigCommand({ EndpointConfigName, ProductionVariants: [variant] }),
    );
    await sagemaker.send(new UpdateEndpointCommand({ EndpointName: endpoint, EndpointConfigName }));

    await click(world, lead, promote);

    await waitForText(world, 'step-promoted', 'The endpoint has changed since this was approved');
    const { calls } = await awsLedger(world);
    expect(calls.filter(({ operation }) => operation === 'UpdateEndpoint')).toHaveLength(1);
  });
});
