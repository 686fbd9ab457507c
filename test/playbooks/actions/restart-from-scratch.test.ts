import { beforeEach, describe, expect, it } from 'vitest';
import { restartFromScratch } from '../../../src/playbooks/actions/restart-from-scratch.ts';
import type { AttemptKey, S3Uri } from '../../../src/ports/ports.ts';
import type { Proposal } from '../../../src/ports/step-output.ts';
import { tokenFor } from '../../support/a-token.ts';
import { ended, minute, putCheckpoint } from '../../support/a-training-run.ts';
import { aJob, type FakePorts, failedJob, fakePorts, firstTry } from '../../support/fake-ports.ts';

const input = { job: failedJob, why: 'no checkpoint and no backup can be resumed from', rpoMinutes: 30 };
const firstName = `${failedJob}-r1-${firstTry.id}`;
const fresh: S3Uri = `s3://srl-rlvr-training/checkpoints-recovery/${firstName}/`;
const secondTry: AttemptKey = { ...firstTry, attempt: 2, id: 'fedcba9876543210', earlier: [firstTry.id] };

let ports: FakePorts;
beforeEach(() => {
  ports = fakePorts();
  ports.training.put(aJob());
  putCheckpoint(ports.checkpoints, 1300, 5);
});

const preview = (attemptKey: AttemptKey = firstTry): Promise<Proposal> =>
  restartFromScratch.preview(input, ports, attemptKey);

describe('a restart from scratch', () => {
  it('copies the failed job with an empty checkpoint folder and changes nothing else but Relight’s tags', async () => {
    const { headline, differences } = await preview();

    expect(headline).toBe(`Launch ${firstName} on 1 × ml.p4d.24xlarge, from the beginning`);
    expect(differences.map(({ field, after }) => [field, after])).toEqual([
      ['TrainingJobName', firstName],
      ['CheckpointConfig.S3Uri', fresh],
      ['Tags.relight:approved-by', 'SLACK-ID-OF-THE-APPROVER'],
      ['Tags.relight:checkpoint', 'none'],
      ['Tags.relight:incident', 'i-1'],
      ['Tags.relight:intent', firstTry.id],
      ['Tags.relight:recovers', failedJob],
      ['Tags.relight:spec-hash', 'the SHA-256 of this request'],
    ]);
  });

  it('gives the reason and the loss: the steps of the newest folder and the hours in Training across all restarts', async () => {
    ports.training.put(
      aJob({
        transitions: [
          { status: 'Training', startedAt: ended - 290 * minute, endedAt: ended - 200 * minute },
          { status: 'Interrupted', startedAt: ended - 200 * minute },
          { status: 'Training', startedAt: ended - 100 * minute },
          { status: 'Interrupted', startedAt: ended - 20 * minute },
          { status: 'Starting', startedAt: ended - 19 * minute },
        ],
      }),
    );

    expect((await preview()).warnings).toEqual([
      'All progress is lost: 1,300 steps, 2 h 50 min of training',
      'Its own checkpoints, up to checkpoint-1300, are kept but not used',
      'It starts from scratch: no checkpoint and no backup can be resumed from',
    ]);
  });

  it('counts logged steps that are in no checkpoint', async () => {
    ports.logLines.set(failedJob, ["{'loss': 0.1, 'step': 1348}"]);

    expect((await preview()).warnings[0]).toMatch(/^All progress is lost: 1,348 steps/);
  });

  it('counts training up to the end of a job that failed while training', async () => {
    ports.training.put(aJob({ transitions: [{ status: 'Training', startedAt: ended - 60 * minute }] }));

    expect((await preview()).warnings[0]).toMatch(/, 60 min of training$/);
  });

  it('warns that the copy of a job without checkpoints saves none either', async () => {
    const { checkpointUri: _none, ...bare } = aJob();
    ports.training.put(bare);
    const { CheckpointConfig: _no, ...source } = ports.training.source;
    ports.training.source = source;

    const { warnings, differences } = await preview();

    expect(warnings).toContain(
      'The job saves no checkpoints: if the new job fails, all of its work is lost again',
    );
    expect(differences.map(({ field }) => field)).not.toContain('CheckpointConfig.S3Uri');
  });

  it('launches the approved request once, even if it runs again after the new job has saved a checkpoint', async () => {
    const proposal = await preview();

    const first = await restartFromScratch.run(proposal, input, ports, tokenFor(firstTry, proposal.request));
    ports.checkpoints.put(`${fresh}checkpoint-50/trainer_state.json`, new Uint8Array([1]));
    const again = await restartFromScratch.run(proposal, input, ports, tokenFor(firstTry, proposal.request));

    expect(first).toMatchObject({
      job: firstName,
      adopted: false,
      checkpointUri: fresh,
      step: 0,
      staged: null,
    });
    expect(again).toMatchObject({ job: firstName, adopted: true });
    expect(ports.training.launches).toEqual([proposal.request]);
  });

  it('is refused if the new folder is not empty, because the trainer would resume from it', async () => {
    const proposal = await preview();
    ports.checkpoints.put(`${fresh}checkpoint-50/trainer_state.json`, new Uint8Array([1]));

    await expect(
      restartFromScratch.run(proposal, input, ports, tokenFor(firstTry, proposal.request)),
    ).rejects.toMatchObject({
      code: 'folder-not-empty',
      detail: `${fresh} contains 1 file`,
    });
    expect(ports.training.launches).toEqual([]);
  });

  it('is refused while the failed job or the job of an earlier attempt is running', async () => {
    ports.training.put(aJob({ status: 'InProgress', secondaryStatus: 'Interrupted' }));
    await expect(preview()).rejects.toMatchObject({ code: 'job-still-running' });

    ports.training.put(aJob());
    ports.training.put(aJob({ name: firstName, status: 'InProgress', secondaryStatus: 'Training' }));
    await expect(preview(secondTry)).rejects.toMatchObject({ code: 'job-still-running' });
  });

  it('is refused above a cap', async () => {
    ports.training.source = {
      ...ports.training.source,
      ResourceConfig: { InstanceType: 'ml.p5.48xlarge', InstanceCount: 1 },
    };

    await expect(preview()).rejects.toMatchObject({ code: 'cap-exceeded' });
  });
});
