import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTraining } from '../../../src/aws/training/training.ts';
import { OpsError } from '../../../src/errors.ts';
import type { TrainingChanges } from '../../../src/ports/ports.ts';
import { type RegionUnderTest, silent, startRegionUnderTest } from '../a-region.ts';
import { type ApprovedLaunches, approvedLaunches } from '../approved-launches.ts';

describe('a launch that was approved', () => {
  let region: RegionUnderTest;
  let training: TrainingChanges;
  let approved: ApprovedLaunches['approved'];
  let launchesOf: ApprovedLaunches['launchesOf'];
  let createAs: ApprovedLaunches['createAs'];
  let disturbCreate: ApprovedLaunches['disturbCreate'];

  beforeAll(async () => {
    region = await startRegionUnderTest();
    training = createTraining(region.clients.sagemaker, silent);
    ({ approved, launchesOf, createAs, disturbCreate } = approvedLaunches(region, training));
  });
  afterEach(async () => region.calm());
  afterAll(async () => region.close());

  it('makes the job with what was approved and with the marks of its try', async () => {
    const [request, token] = await approved();

    const launch = await training.launch(request, token);

    expect(launch).toMatchObject({ name: request.TrainingJobName, adopted: false });
    expect(launch.arn).toContain(request.TrainingJobName);
    const [call] = (await region.committed('CreateTrainingJob')).slice(-1);
    const { Tags, ...sent } = { Tags: [], ...call?.request };
    const { Tags: _tags, ...asked } = request;
    expect(sent).toEqual(asked);
    expect(Tags).toEqual(
      expect.arrayContaining([
        { Key: 'relight:approved-by', Value: 'U1 U_2_' },
        { Key: 'relight:incident', Value: 'rl-1' },
        { Key: 'relight:intent', Value: token.id },
        { Key: 'relight:spec-hash', Value: token.hash },
        { Key: 'relight:try', Value: token.id },
      ]),
    );
  });

  it.each(['drop-after', 'hang-after', 'error-5xx'] as const)(
    'is one job when the answer is lost by %s',
    async (kind) => {
      const [request, token] = await approved();
      await disturbCreate(kind);

      const first = await training.launch(request, token).catch((error: unknown) => error);
      await region.calm();
      const again = await training.launch(request, token);

      expect(again.name).toBe(request.TrainingJobName);
      expect(await launchesOf(request)).toBe(1);
      if (first instanceof Error) expect(first).toMatchObject({ code: 'aws-unavailable', retry: true });
      else expect(first).toMatchObject({ arn: again.arn });
    },
  );

  it('finds its job at once when only the answer was lost', async () => {
    const [request, token] = await approved();
    await disturbCreate('drop-after');

    expect(await training.launch(request, token)).toMatchObject({ adopted: true });
    expect(await launchesOf(request)).toBe(1);
  });

  it('does not send the request twice by itself when it may have been lost on the way', async () => {
    const [request, token] = await approved();
    await disturbCreate('drop-before');

    const lost = training.launch(request, token);

    await expect(lost).rejects.toMatchObject({ code: 'aws-unavailable', retry: true });
    expect(await launchesOf(request)).toBe(0);
  });

  it('is one job when two workers launch the same try at once', async () => {
    const [request, token] = await approved();

    const [one, other] = await Promise.all([
      training.launch(request, token),
      training.launch(request, token),
    ]);

    expect(one.arn).toBe(other.arn);
    expect(await launchesOf(request)).toBe(1);
  });

  it('is one job when a worker that slept wakes up after the other has launched', async () => {
    const [request, token] = await approved();
    const sleepy = token.confirmedAfter(async () => void (await training.launch(request, token)));

    expect(await training.launch(request, sleepy)).toMatchObject({ adopted: true });
    expect(await launchesOf(request)).toBe(1);
  });

  it('asks whether the approval still holds before it creates, and creates nothing when it does not', async () => {
    const [request, token] = await approved(async () => {
      throw new OpsError('approval-lapsed', 'given 20 min ago');
    });

    await expect(training.launch(request, token)).rejects.toMatchObject({ code: 'approval-lapsed' });
    expect(await launchesOf(request)).toBe(0);
  });

  it('does not ask again for a job that stands', async () => {
    const [request, token] = await approved();
    await training.launch(request, token);
    const lapsed = token.confirmedAfter(() => Promise.reject(new OpsError('approval-lapsed', 'late')));

    expect(await training.launch(request, lapsed)).toMatchObject({ adopted: true });
  });

  it('stops at a job of somebody else under its name, and creates none under another', async () => {
    const [request, token] = await approved();
    await createAs(request, { Tags: [{ Key: 'team', Value: 'srl' }] });
    const before = await region.committed('CreateTrainingJob');

    const launch = training.launch(request, token);

    await expect(launch).rejects.toMatchObject({ code: 'job-foreign', retry: false });
    await expect(launch).rejects.toThrow('has no tag relight:intent');
    expect(await region.committed('CreateTrainingJob')).toHaveLength(before.length);
  });

  it('stops as well when somebody else takes its name at the last moment', async () => {
    const [request, token] = await approved(async () => createAs(request, { Tags: [] }));

    await expect(training.launch(request, token)).rejects.toMatchObject({ code: 'job-foreign' });
    expect(await launchesOf(request)).toBe(1);
  });

  it('stops at a job with its own marks that is not what was approved, and says where it differs', async () => {
    const [request, token] = await approved();
    const marks = [
      { Key: 'relight:intent', Value: token.id },
      { Key: 'relight:spec-hash', Value: token.hash },
    ];
    await createAs(request, {
      Tags: marks,
      StoppingCondition: { MaxRuntimeInSeconds: 60, MaxWaitTimeInSeconds: 60 },
    });

    const launch = training.launch(request, token);

    await expect(launch).rejects.toMatchObject({ code: 'job-foreign' });
    await expect(launch).rejects.toThrow('StoppingCondition.MaxRuntimeInSeconds');
  });

  it('comes to nothing when SageMaker throttles it, and to one job when it is tried again', async () => {
    const [request, token] = await approved();
    await disturbCreate('throttle');

    await expect(training.launch(request, token)).rejects.toMatchObject({
      code: 'aws-throttled',
      retry: true,
    });
    expect(await training.launch(request, token)).toMatchObject({ adopted: false });
    expect(await launchesOf(request)).toBe(1);
  });

  it('is given up when the role may not launch', async () => {
    const [request, token] = await approved();
    await disturbCreate('access-denied');

    await expect(training.launch(request, token)).rejects.toMatchObject({ code: 'aws-denied', retry: false });
    expect(await launchesOf(request)).toBe(0);
  });

  it('creates nothing while SageMaker does not say whether the job stands already', async () => {
    const [request, token] = await approved();
    await region.disturb({
      service: 'sagemaker',
      operation: 'DescribeTrainingJob',
      kind: 'error-5xx',
      count: 3,
    });

    await expect(training.launch(request, token)).rejects.toMatchObject({ code: 'aws-unavailable' });
    expect(await launchesOf(request)).toBe(0);
  });
});
