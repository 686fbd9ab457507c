import { beforeEach, describe, expect, it } from 'vitest';
import { resumeTraining } from '../../../src/playbooks/actions/resume-training.ts';
import type { AttemptKey, S3Uri } from '../../../src/ports/ports.ts';
import type { Proposal } from '../../../src/ports/step-output.ts';
import { tokenFor } from '../../support/a-token.ts';
import { folderOf, putCheckpoint, root } from '../../support/a-training-run.ts';
import { aJob, type FakePorts, failedJob, fakePorts, firstTry } from '../../support/fake-ports.ts';

type Input = Parameters<typeof resumeTraining.preview>[0];
const newest: Input = {
  job: failedJob,
  uri: root,
  checkpoint: { uri: folderOf(1300), step: 1300, grade: 'valid', ageMinutes: 5 },
  rpoMinutes: 30,
};
const older: Input = {
  ...newest,
  checkpoint: { uri: folderOf(1200), step: 1200, grade: 'valid', ageMinutes: 35 },
};
const secondTry: AttemptKey = { ...firstTry, attempt: 2, id: 'fedcba9876543210', earlier: [firstTry.id] };
const firstName = `${failedJob}-r1-${firstTry.id}`;
const staged: S3Uri = `s3://srl-rlvr-training/checkpoints-recovery/${firstName}/`;
const running = { status: 'InProgress', secondaryStatus: 'Training' } as const;

let ports: FakePorts;

beforeEach(() => {
  ports = fakePorts();
  ports.training.put(aJob());
  putCheckpoint(ports.checkpoints, 1300, 5);
  putCheckpoint(ports.checkpoints, 1200, 35);
});

const preview = (input: Input = newest, attemptKey: AttemptKey = firstTry): Promise<Proposal> =>
  resumeTraining.preview(input, ports, attemptKey);

async function resume(input: Input = newest, attemptKey: AttemptKey = firstTry): Promise<unknown> {
  const proposal = await preview(input, attemptKey);
  return resumeTraining.run(proposal, input, ports, tokenFor(attemptKey, proposal.request));
}

describe('the proposed request', () => {
  it('is the failed job under a new name, and only adds Relight’s tags if it uses the newest checkpoint', async () => {
    const { headline, differences, warnings } = await preview();
    expect(headline).toBe(`Launch ${firstName} on 1 × ml.p4d.24xlarge, from step 1,300`);
    expect(differences.map(({ field, after }) => [field, after])).toEqual([
      ['TrainingJobName', firstName],
      ['Tags.relight:approved-by', 'SLACK-ID-OF-THE-APPROVER'],
      ['Tags.relight:checkpoint', 'checkpoint-1300'],
      ['Tags.relight:incident', 'i-1'],
      ['Tags.relight:intent', firstTry.id],
      ['Tags.relight:recovers', failedJob],
      ['Tags.relight:source', `${root}checkpoint-1300/`],
      ['Tags.relight:spec-hash', 'the SHA-256 of this request'],
    ]);
    expect(warnings).toEqual([]);
  });

  it('points to a new folder if the trainer would otherwise load a newer, blocked checkpoint', async () => {
    const { differences, warnings } = await preview(older);
    expect(differences).toContainEqual({
      field: 'CheckpointConfig.S3Uri',
      before: root,
      after: staged,
      why: 'a copy of checkpoint-1200 alone (10 files, 662 KiB): in the old folder the trainer would load a newer checkpoint than this one',
    });
    expect(warnings).toEqual(['35 min of training are lost, over the RPO of 30 min']);
    expect(ports.checkpoints.copies).toEqual([]);
  });

  it('is the same each time, with a different name for the next attempt', async () => {
    expect(await preview(older)).toEqual(await preview(older));
    expect((await preview(newest, secondTry)).request['TrainingJobName']).toBe(
      `${failedJob}-r2-${secondTry.id}`,
    );
  });

  it.each([
    ['a'.repeat(63), `${'a'.repeat(43)}-r1-${firstTry.id}`],
    [`${'a'.repeat(42)}-${'b'.repeat(20)}`, `${'a'.repeat(42)}-r1-${firstTry.id}`],
    [firstName, firstName],
  ])('has a name that SageMaker accepts, also for %s', async (job, name) => {
    ports.training.put(aJob({ name: job }));
    const { request } = await preview({ ...newest, job });
    expect(request['TrainingJobName']).toBe(name);
    expect(name).toMatch(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/);
  });

  it('warns of a degraded checkpoint and of fields that AWS does not return', async () => {
    ports.training.lost = ['SessionChainingConfig'];
    const { warnings } = await preview({
      ...newest,
      checkpoint: { ...newest.checkpoint, grade: 'degraded' },
    });
    expect(warnings).toEqual([
      'checkpoint-1300 is degraded: the weights are good, but part of the trainer’s state is missing',
      'Not copied: SessionChainingConfig',
    ]);
  });

  it.each([
    [{ InstanceType: 'ml.p4d.24xlarge', InstanceCount: 5 }, '5 instances exceed caps.instance_count of 4'],
    [{ InstanceType: 'ml.p5.48xlarge', InstanceCount: 1 }, 'ml.p5.48xlarge is not among caps.instance_types'],
    [
      { InstanceGroups: [1, 4].map((InstanceCount) => ({ InstanceType: 'ml.p4d.24xlarge', InstanceCount })) },
      '5 instances exceed caps.instance_count of 4',
    ],
    [
      {
        InstancePreferences: ['ml.p4d.24xlarge', 'ml.p5.48xlarge'].map((InstanceType) => ({ InstanceType })),
        InstanceCount: 2,
      },
      'ml.p5.48xlarge is not among caps.instance_types',
    ],
    [{ InstanceCount: 2 }, 'the request contains no instance type to compare with caps'],
  ])('is refused above a cap: %j', async (resources, detail) => {
    ports.training.source = { ...ports.training.source, ResourceConfig: resources };
    await expect(preview()).rejects.toMatchObject({ code: 'cap-exceeded', detail });
  });
});

describe('two jobs on one checkpoint folder', () => {
  it.each([
    ['InProgress', 'Interrupted'],
    ['InProgress', 'Training'],
    ['Stopping', 'Stopping'],
    ['Deleting', 'Deleting'],
  ])('are prevented while the failed job is %s / %s', async (status, secondaryStatus) => {
    ports.training.put(aJob({ status, secondaryStatus }));
    await expect(preview()).rejects.toMatchObject({ code: 'job-still-running' });
  });

  it('are prevented while the job of an earlier attempt is running', async () => {
    ports.training.put(aJob({ name: firstName, ...running }));
    await expect(preview(newest, secondTry)).rejects.toMatchObject({
      code: 'job-still-running',
      detail: `${firstName} is InProgress / Training`,
    });
    ports.training.put(aJob({ name: firstName, status: 'Failed', secondaryStatus: 'Failed' }));
    await expect(preview(newest, secondTry)).resolves.toBeDefined();
  });

  it('are checked again right before the launch', async () => {
    const proposal = await preview(newest, secondTry);
    ports.training.put(aJob({ name: firstName, ...running }));
    await expect(
      resumeTraining.run(proposal, newest, ports, tokenFor(secondTry, proposal.request)),
    ).rejects.toMatchObject({
      code: 'job-still-running',
    });
    expect(ports.training.launches).toEqual([]);
  });
});

describe('the launch', () => {
  it('sends exactly the request that was approved', async () => {
    const { request } = await preview(older);
    expect(await resume(older)).toEqual({
      job: firstName,
      arn: expect.stringContaining(firstName),
      adopted: false,
      checkpointUri: staged,
      step: 1200,
      staged: { files: 10, bytes: 677_680 },
    });
    expect(ports.training.launches).toEqual([request]);
    expect(await ports.checkpoints.folders(staged)).toEqual(['checkpoint-1200']);
  });

  it('copies nothing if the trainer loads the right checkpoint automatically', async () => {
    expect(await resume()).toMatchObject({ checkpointUri: root, staged: null });
    expect(ports.checkpoints.copies).toEqual([]);
  });

  it('launches and copies once if it runs again after a crash, even if the new job has saved a checkpoint since', async () => {
    for (const input of [newest, older]) {
      ports = fakePorts();
      ports.training.put(aJob());
      putCheckpoint(ports.checkpoints, 1300, 5);
      putCheckpoint(ports.checkpoints, 1200, 35);
      const proposal = await preview(input);
      await resumeTraining.run(proposal, input, ports, tokenFor(firstTry, proposal.request));
      putCheckpoint(ports.checkpoints, 1400, -30);
      const again = await resumeTraining.run(proposal, input, ports, tokenFor(firstTry, proposal.request));
      expect(again).toMatchObject({ job: firstName, adopted: true });
      expect(ports.training.launches).toHaveLength(1);
      expect(ports.checkpoints.copies.length).toBeLessThanOrEqual(1);
    }
  });

  it('asks again if a higher checkpoint has appeared since the approval', async () => {
    const proposal = await preview();
    putCheckpoint(ports.checkpoints, 1400, 1);
    await expect(
      resumeTraining.run(proposal, newest, ports, tokenFor(firstTry, proposal.request)),
    ).rejects.toMatchObject({ code: 'basis-changed' });
    expect(ports.training.launches).toEqual([]);
  });
});
