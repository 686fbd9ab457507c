import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTraining } from '../../../src/aws/training/training.ts';
import { OpsError } from '../../../src/errors.ts';
import type { TrainingChanges } from '../../../src/ports/ports.ts';
import { type RegionUnderTest, silent, startRegionUnderTest } from '../a-region.ts';
import { type ApprovedLaunches, approvedLaunches } from '../approved-launches.ts';

describe('an approved launch', () => {
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

  it('creates the job with the approved request and the tags of its attempt', async () => {
    const [request, token] = await approved();

    const launch = await training.launch(request, token);

    expect(launch).toMatchObject({ name: request.TrainingJobName, adopted: false });
    expect(launch.arn).toContain(request.TrainingJobName);
    const [call] = (await region.committed('CreateTrainingJob')).slice(-1);
    const { Tags, ...sent } = { Tags: [], ...call?.request };
    const { Tags: _tags, ...fields } = request;
    expect(sent).toEqual(fields);
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
    'creates one job when the response is lost by %s',
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

  it('finds its job immediately when only the response was lost', async () => {
    const [request, token] = await approved();
    await disturbCreate('drop-after');

    expect(await training.launch(request, token)).toMatchObject({ adopted: true });
    expect(await launchesOf(request)).toBe(1);
  });

  it('does not resend the request automatically when it may have been lost', async () => {
    const [request, token] = await approved();
    await disturbCreate('drop-before');

    const lost = training.launch(request, token);

    await expect(lost).rejects.toMatchObject({ code: 'aws-unavailable', retry: true });
    expect(await launchesOf(request)).toBe(0);
  });

  it('creates one job when two workers launch the same attempt at once', async () => {
    const [request, token] = await approved();

    const [one, other] = await Promise.all([
      training.launch(request, token),
      training.launch(request, token),
    ]);

    expect(one.arn).toBe(other.arn);
    expect(await launchesOf(request)).toBe(1);
  });

  it('creates one job when a suspended worker resumes after another has launched', async () => {
    const [request, token] = await approved();
    const sleepy = token.confirmedAfter(async () => void (await training.launch(request, token)));

    expect(await training.launch(request, sleepy)).toMatchObject({ adopted: true });
    expect(await launchesOf(request)).toBe(1);
  });

  it('checks that the approval is still valid and creates nothing if it is not', async () => {
    const [request, token] = await approved(async () => {
      throw new OpsError('approval-lapsed', 'given 20 min ago');
    });

    await expect(training.launch(request, token)).rejects.toMatchObject({ code: 'approval-lapsed' });
    expect(await launchesOf(request)).toBe(0);
  });

  it('does not check the approval again for a job that already exists', async () => {
    const [request, token] = await approved();
    await training.launch(request, token);
    const lapsed = token.confirmedAfter(() => Promise.reject(new OpsError('approval-lapsed', 'late')));

    expect(await training.launch(request, lapsed)).toMatchObject({ adopted: true });
  });

  it('stops at a foreign job with its name and does not choose another name', async () => {
    const [request, token] = await approved();
    await createAs(request, { Tags: [{ Key: 'team', Value: 'srl' }] });
    const before = await region.committed('CreateTrainingJob');

    const launch = training.launch(request, token);

    await expect(launch).rejects.toMatchObject({ code: 'job-foreign', retry: false });
    await expect(launch).rejects.toThrow('has no tag relight:intent');
    expect(await region.committed('CreateTrainingJob')).toHaveLength(before.length);
  });

  it('stops when someone else takes its name at the last moment', async () => {
    const [request, token] = await approved(async () => createAs(request, { Tags: [] }));

    await expect(training.launch(request, token)).rejects.toMatchObject({ code: 'job-foreign' });
    expect(await launchesOf(request)).toBe(1);
  });

  it('stops at a job with its own tags that differs from the approved request, and names the difference', async () => {
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

  it('creates nothing when SageMaker throttles it, and one job on the retry', async () => {
    const [request, token] = await approved();
    await disturbCreate('throttle');

    await expect(training.launch(request, token)).rejects.toMatchObject({
      code: 'aws-throttled',
      retry: true,
    });
    expect(await training.launch(request, token)).toMatchObject({ adopted: false });
    expect(await launchesOf(request)).toBe(1);
  });

  it('fails when the role may not launch', async () => {
    const [request, token] = await approved();
    await disturbCreate('access-denied');

    await expect(training.launch(request, token)).rejects.toMatchObject({ code: 'aws-denied', retry: false });
    expect(await launchesOf(request)).toBe(0);
  });

  it('creates nothing while SageMaker does not tell whether the job already exists', async () => {
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
