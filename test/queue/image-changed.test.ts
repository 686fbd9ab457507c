import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OpsError } from '../../src/errors.ts';
import { playbook } from '../../src/playbooks/catalog/spot-interruption.ts';
import type { StepState } from '../../src/playbooks/runner.ts';
import { type SteppedIncident, stepThrough } from '../support/a-step-run.ts';
import { putCheckpoint } from '../support/a-training-run.ts';
import { aJob } from '../support/fake-ports.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

describe('the training image of a launch', () => {
  let redis: TestRedis;
  let stepped: SteppedIncident;
  const image = '123456789012.dkr.ecr.us-east-1.amazonaws.com/train:stable';

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    stepped = await stepThrough(redis, playbook);
    const { ports } = stepped;
    ports.training.put(aJob());
    ports.training.source = {
      ...ports.training.source,
      AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: 'FastFile' },
    };
    putCheckpoint(ports.checkpoints, 1300, 5);
  });

  async function proposed(): Promise<Extract<StepState, { status: 'proposed' }>> {
    await stepped.runDue();
    const present = (await stepped.store.load('rl-test1234')).states['resumed'];
    if (present?.status !== 'proposed') throw new Error(`resumed is ${JSON.stringify(present)}`);
    return present;
  }

  async function approve({ hash, attempt }: { hash: string; attempt: number }): Promise<void> {
    const by = { user: 'U0LEAD', via: 'button' } as const;
    await stepped.events({ type: 'step-approved', step: 'resumed', attempt, hash, by });
    await stepped.runDue();
  }

  it('is part of what people approve: when its tag moves, the approval is void and a new request is built', async () => {
    const first = await proposed();
    expect(first.proposal.reliesOn).toContainEqual({
      kind: 'image',
      image,
      digest: `sha256:${'0'.repeat(64)}`,
    });
    stepped.ports.images.tags.set(image, `sha256:${'1'.repeat(64)}`);

    await approve(first);

    expect(stepped.ports.training.launches).toEqual([]);
    expect(stepped.vaultIntents).toEqual([]);
    const second = await proposed();
    expect(second).toMatchObject({
      attempt: 2,
      approvals: [],
      renewed: `the training image ${image} changed: it is sha256:111111111111 now, and was sha256:000000000000`,
    });
    expect(second.hash).not.toBe(first.hash);
    await approve(second);
    expect(stepped.ports.training.launches).toHaveLength(1);
  });

  it('is not launched if its tag was deleted after the request was shown', async () => {
    const first = await proposed();
    stepped.ports.images.tags.set(image, undefined);

    await approve(first);

    expect(stepped.ports.training.launches).toEqual([]);
    const second = await proposed();
    expect(second.renewed).toContain('it is not in the registry now, and was sha256:000000000000');
    expect(second.proposal.warnings).toContain(
      `Amazon ECR has no image ${image}: the job would fail to start`,
    );
  });

  it('is launched without that protection if ECR denies Relight the digest, and the approvers read so once', async () => {
    stepped.ports.images.tags.set(image, new OpsError('aws-denied', 'BatchGetImage'));
    const { proposal, ...first } = await proposed();
    expect(proposal.warnings.filter((one) => one.includes('image'))).toEqual([
      'Relight could not read the image’s digest, so it cannot see whether the image changes before the launch (ecr:BatchGetImage is denied)',
    ]);
    expect(proposal.reliesOn?.map(({ kind }) => kind)).toEqual(['checkpoint', 'limits']);

    await approve(first);

    expect(stepped.ports.training.launches).toHaveLength(1);
  });

  it.each([
    ['its digest', { TrainingImage: `${image}@sha256:${'2'.repeat(64)}` }],
    [
      'an algorithm of SageMaker',
      { AlgorithmName: 'arn:aws:sagemaker:us-east-1:865070037744:algorithm/forest' },
    ],
  ])('is not looked up if the job names %s', async (_, AlgorithmSpecification) => {
    const { training, images } = stepped.ports;
    training.source = { ...training.source, AlgorithmSpecification };

    const first = await proposed();
    await approve(first);

    expect(first.proposal.warnings.filter((one) => one.includes('image'))).toEqual([]);
    expect(images.asked).toEqual([]);
    expect(training.launches).toHaveLength(1);
  });
});
