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
  const repository = '123456789012.dkr.ecr.us-east-1.amazonaws.com/train';
  const image = `${repository}:stable`;
  const pinned = (digit: string): string => `${repository}@sha256:${digit.repeat(64)}`;

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

  it('is named by its digest in the request, and the difference says which tag was pinned and why', async () => {
    const { proposal } = await proposed();

    expect(proposal.request).toMatchObject({
      AlgorithmSpecification: { TrainingImage: pinned('0'), TrainingInputMode: 'FastFile' },
    });
    expect(proposal.differences).toContainEqual({
      field: 'AlgorithmSpecification.TrainingImage',
      before: image,
      after: pinned('0'),
      why: 'pinned to the image that the tag stable names now: SageMaker would look the tag up again when the job starts',
    });
  });

  it.each([
    ['moves', `sha256:${'1'.repeat(64)}`],
    ['is deleted', undefined],
  ])('is the approved one although its tag %s before the launch', async (_, digest) => {
    const first = await proposed();
    stepped.ports.images.tags.set(image, digest);

    await approve(first);

    expect(stepped.ports.training.launches).toMatchObject([
      { AlgorithmSpecification: { TrainingImage: pinned('0') } },
    ]);
  });

  it('of a SageMaker algorithm keeps its tag: when the tag moves, the approval is void and a new request is built', async () => {
    const xgboost = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1';
    const { training, images } = stepped.ports;
    training.source = { ...training.source, AlgorithmSpecification: { TrainingImage: xgboost } };
    const first = await proposed();
    expect(first.proposal.request).toMatchObject({ AlgorithmSpecification: { TrainingImage: xgboost } });
    images.tags.set(xgboost, `sha256:${'1'.repeat(64)}`);

    await approve(first);

    expect(training.launches).toEqual([]);
    expect(stepped.vaultIntents).toEqual([]);
    const second = await proposed();
    expect(second).toMatchObject({
      attempt: 2,
      approvals: [],
      renewed: `the training image ${xgboost} changed: it is sha256:111111111111 now, and was sha256:000000000000`,
    });
    await approve(second);
    expect(training.launches).toHaveLength(1);
  });

  it('that the registry does not have is warned of, and its request is built again once it is there', async () => {
    stepped.ports.images.tags.set(image, undefined);
    const first = await proposed();
    expect(first.proposal.warnings).toContain(
      `Amazon ECR has no image ${image}: the job would fail to start`,
    );
    stepped.ports.images.tags.set(image, `sha256:${'1'.repeat(64)}`);

    await approve(first);

    expect((await proposed()).proposal.request).toMatchObject({
      AlgorithmSpecification: { TrainingImage: pinned('1') },
    });
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
