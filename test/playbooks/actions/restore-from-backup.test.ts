import { beforeEach, describe, expect, it } from 'vitest';
import { restoreFromBackup } from '../../../src/playbooks/actions/restore-from-backup.ts';
import type { S3Uri } from '../../../src/ports/ports.ts';
import type { Proposal } from '../../../src/ports/step-output.ts';
import { tokenFor } from '../../support/a-token.ts';
import { folderOf, putBackup, putCheckpoint, root } from '../../support/a-training-run.ts';
import { aJob, type FakePorts, failedJob, fakePorts, firstTry } from '../../support/fake-ports.ts';

const backup: S3Uri = 's3://srl-rlvr-backup/nightly/checkpoints/gold/';
const firstName = `${failedJob}-r1-${firstTry.id}`;
const fresh: S3Uri = `s3://srl-rlvr-training/checkpoints-recovery/${firstName}/`;

type Input = Parameters<typeof restoreFromBackup.preview>[0];
let ports: FakePorts;
let input: Input;

beforeEach(() => {
  ports = fakePorts();
  ports.training.put(aJob());
  putCheckpoint(ports.checkpoints, 1300, 5);
  const uri = putBackup(ports.checkpoints, backup, 1200, 60);
  const checkpoint = { uri, step: 1200, grade: 'valid', ageMinutes: 60 } as const;
  input = { job: failedJob, uri: backup, checkpoint, rpoMinutes: 30, ageIsSure: false };
});

const preview = (): Promise<Proposal> => restoreFromBackup.preview(input, ports, firstTry);

describe('a restore from backup', () => {
  it('shows the target of the copy and the steps to be trained again', async () => {
    const { headline, differences, warnings } = await preview();

    expect(headline).toBe(`Launch ${firstName} on 1 × ml.p4d.24xlarge, from step 1,200`);
    expect(differences.find(({ field }) => field === 'CheckpointConfig.S3Uri')).toEqual({
      field: 'CheckpointConfig.S3Uri',
      before: root,
      after: fresh,
      why: 'a copy of checkpoint-1200 (10 files, 662 KiB) from the backup in a folder of its own: nothing is written to the backup or to the old folder',
    });
    expect(warnings).toEqual([
      'The age counts from when the backup was made: the actual loss may be larger',
      'The job had reached step 1,300: 100 steps will be trained again',
      '60 min of training are lost, over the RPO of 30 min',
    ]);
    expect(ports.checkpoints.copies).toEqual([]);
  });

  it('copies the backup to a folder of its own and launches from there, once', async () => {
    const proposal = await preview();

    const first = await restoreFromBackup.run(proposal, input, ports, tokenFor(firstTry, proposal.request));
    const again = await restoreFromBackup.run(proposal, input, ports, tokenFor(firstTry, proposal.request));

    expect(first).toMatchObject({ job: firstName, step: 1200, checkpointUri: fresh, staged: { files: 10 } });
    expect(again).toMatchObject({ job: firstName, adopted: true });
    expect(ports.checkpoints.copies).toEqual([
      { from: `${backup}checkpoint-1200/`, to: `${fresh}checkpoint-1200/` },
    ]);
    expect(ports.training.launches).toEqual([proposal.request]);
  });

  it('also copies the backup if it has the highest step of all', async () => {
    ports.checkpoints.remove(`${folderOf(1300)}trainer_state.json`);
    const uri = putBackup(ports.checkpoints, backup, 1400, 2);
    input = { ...input, checkpoint: { ...input.checkpoint, uri, step: 1400 } };

    const proposal = await preview();
    await restoreFromBackup.run(proposal, input, ports, tokenFor(firstTry, proposal.request));

    expect(ports.checkpoints.copies).toHaveLength(1);
    expect(proposal.request).toMatchObject({ CheckpointConfig: { S3Uri: fresh } });
  });

  it('is refused while the failed job is running', async () => {
    ports.training.put(aJob({ status: 'InProgress', secondaryStatus: 'Interrupted' }));

    await expect(preview()).rejects.toMatchObject({ code: 'job-still-running' });
  });

  it('reports how the copy was verified against the backup', () => {
    const { facts } = restoreFromBackup.report({
      job: firstName,
      arn: 'arn',
      adopted: false,
      step: 1200,
      staged: { files: 10, bytes: 1024, compared: { checksum: 8, etag: 0, size: 2 } },
    });

    expect(facts).toEqual([
      { label: 'Copied', value: '10 files, 1 KiB; compared by checksum 8, by size alone 2' },
    ]);
  });
});
