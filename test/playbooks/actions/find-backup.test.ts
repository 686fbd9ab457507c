import { beforeEach, describe, expect, it } from 'vitest';
import { type FoundBackup, findBackup } from '../../../src/playbooks/actions/find-backup.ts';
import type { S3Uri } from '../../../src/ports/ports.ts';
import { Again } from '../../../src/ports/step-output.ts';
import { ended, folderOf, minute, putBackup, putCheckpoint } from '../../support/a-training-run.ts';
import { aJob, type FakePorts, failedJob, fakePorts } from '../../support/fake-ports.ts';

const sameKey: S3Uri = 's3://srl-rlvr-backup/nightly/checkpoints/gold/';
const byName: S3Uri = `s3://srl-rlvr-backup/nightly/${failedJob}/`;
const input = { job: failedJob, trainedUntil: ended, rpoMinutes: 30 };

let ports: FakePorts;
beforeEach(() => {
  ports = fakePorts();
  ports.training.put(aJob());
});

async function find(job = failedJob): Promise<FoundBackup> {
  const found = await findBackup.run({ ...input, job }, ports);
  if (found instanceof Again) throw new Error(found.note);
  return found;
}

describe('the newest good backup of a job', () => {
  it('is found under the key of the job’s own folder, as S3 replication stores it', async () => {
    const folder = putBackup(ports.checkpoints, sameKey, 1200, 60);

    const found = await find();

    expect(found).toMatchObject({ uri: sameKey, verdict: { chosen: { uri: folder, step: 1200 } } });
    expect(findBackup.report(found)).toEqual({
      headline: 'The backup of checkpoint-1200 is valid: restore from step 1,200',
      facts: [
        { label: 'Age when training stopped', value: 'at least 60 min, over the RPO of 30 min' },
        { label: 'Folder', value: sameKey },
        { label: 'Backups found', value: '1 checkpoint' },
      ],
      lines: [],
    });
  });

  it('is the one with the highest step, in any location', async () => {
    putBackup(ports.checkpoints, sameKey, 1200, 60);
    putBackup(ports.checkpoints, byName, 1250, 40);

    expect(await find()).toMatchObject({ uri: byName, total: 2, verdict: { chosen: { step: 1250 } } });
  });

  it('is also found under the job’s name before a recovery', async () => {
    putBackup(ports.checkpoints, byName, 1250, 40);
    const recovered = `${failedJob}-r1-0123456789abcdef`;
    const checkpointUri: S3Uri = `s3://srl-rlvr-training/checkpoints-recovery/${recovered}/`;
    ports.training.put(aJob({ name: recovered, checkpointUri }));

    expect(await find(recovered)).toMatchObject({ uri: byName });
  });

  it('never belongs to another job', async () => {
    putBackup(ports.checkpoints, `s3://srl-rlvr-backup/nightly/${failedJob}-2/`, 1250, 40);

    await expect(find()).rejects.toMatchObject({ code: 'no-backup' });
  });

  it('is checked file by file: truncated ones are passed over', async () => {
    putBackup(ports.checkpoints, sameKey, 1200, 60);
    const cut = putBackup(ports.checkpoints, sameKey, 1250, 40);
    ports.checkpoints.change(`${cut}model.safetensors`, (bytes) => bytes.slice(0, 1000));

    const found = await find();

    expect(found.verdict.chosen.step).toBe(1200);
    expect(findBackup.report(found).lines?.[0]).toMatch(/^checkpoint-1250 is invalid: model.safetensors/);
  });

  it('has the age of the checkpoint, not of the copy, if the job’s own folder still shows it', async () => {
    putCheckpoint(ports.checkpoints, 1200, 90);
    ports.checkpoints.change(`${folderOf(1200)}model.safetensors`, () => new Uint8Array());
    putBackup(ports.checkpoints, sameKey, 1200, 10);

    const { ageIsSure, verdict } = await find();

    expect(ageIsSure).toBe(true);
    expect(verdict).toMatchObject({
      overRpo: true,
      chosen: { ageMinutes: 90, committedAt: ended - 90 * minute },
    });
  });

  it.each([
    ['the backup', (root: S3Uri): S3Uri => `${root}checkpoint-1250/`],
    ['the checkpoint that it is a copy of', (): S3Uri => folderOf(1250)],
  ])('is not one on the blocklist, from %s', async (_what, checkpoint) => {
    putBackup(ports.checkpoints, sameKey, 1250, 40);
    putBackup(ports.checkpoints, sameKey, 1200, 60);
    ports.blocklist.put({ checkpoint: checkpoint(sameKey), why: 'a job failed while loading it' });

    expect((await find()).verdict.chosen.step).toBe(1200);
  });
});

describe('a missing backup', () => {
  it('is reported if none is configured', async () => {
    const { backupPrefix: _none, ...bare } = ports;
    await expect(findBackup.run(input, bare)).rejects.toMatchObject({
      code: 'no-backup',
      detail: 's3.backup is not set in relight.yaml',
    });
  });

  it('is reported with the locations searched', async () => {
    await expect(find()).rejects.toMatchObject({
      code: 'no-backup',
      detail: `no checkpoints under ${sameKey} or ${byName}`,
    });
  });

  it('is reported with the reason if none is good', async () => {
    const cut = putBackup(ports.checkpoints, sameKey, 1250, 40);
    ports.checkpoints.remove(`${cut}model.safetensors`);

    await expect(find()).rejects.toMatchObject({
      code: 'no-backup',
      detail: expect.stringContaining('checkpoint-1250 is invalid'),
    });
  });
});
