import { beforeEach, describe, expect, it } from 'vitest';
import { checkCheckpointing } from '../../../src/playbooks/actions/check-checkpointing.ts';
import { Again } from '../../../src/ports/step-output.ts';
import { trainingSince } from '../../support/a-running-job.ts';
import { ended, folderOf, minute, putCheckpoint } from '../../support/a-training-run.ts';
import { type FakePorts, failedJob, fakePorts } from '../../support/fake-ports.ts';

let ports: FakePorts;

/** 15 minutes after `ended`: the current time of these tests. */
const now = ended + 15 * minute;

beforeEach(() => {
  ports = fakePorts();
  ports.training.put(trainingSince(290));
  putCheckpoint(ports.checkpoints, 1300, 25);
  putCheckpoint(ports.checkpoints, 1250, 50);
});

async function checked() {
  const outcome = await checkCheckpointing.run({ job: failedJob, rpoMinutes: 30 }, ports);
  if (outcome instanceof Again) throw new Error('it waits');
  return checkCheckpointing.report(outcome);
}

describe('the report on checkpointing', () => {
  it('shows the loss and where to look if there is no checkpoint within the RPO', async () => {
    expect(await checked()).toEqual({
      headline: 'No complete checkpoint for 40 min: that much training will be lost if it fails now',
      facts: [
        { label: 'Job', value: 'InProgress / Training' },
        { label: 'Lost if it fails now', value: '40 min' },
        { label: 'RPO', value: '30 min' },
        { label: 'Newest complete checkpoint', value: 'checkpoint-1300, 2026-11-23 02:49 UTC' },
        { label: 'Save interval', value: '25 min' },
        { label: 'Folder', value: 's3://srl-rlvr-training/checkpoints/gold/' },
      ],
      lines: [
        'Earlier checkpoints were frequent enough: check the log below for a full disk, a denied upload or a hung step.',
      ],
    });
  });

  it('names a newer incomplete checkpoint and the reason', async () => {
    putCheckpoint(ports.checkpoints, 1350, -10);
    ports.checkpoints.startUpload(`${folderOf(1350)}model.safetensors`);

    expect((await checked()).lines).toContain(
      'checkpoint-1350 is pending: model.safetensors is still being uploaded',
    );
  });

  it('points out a save interval that is longer than the RPO', async () => {
    ports = fakePorts();
    ports.training.put(trainingSince(290, { hyperParameters: { save_steps: '500' } }));
    putCheckpoint(ports.checkpoints, 1300, 25);
    putCheckpoint(ports.checkpoints, 800, 80);

    const { facts: shown, lines } = await checked();

    expect(shown).toContainEqual({ label: 'save_steps', value: '500' });
    expect(lines).toEqual(['The save interval is longer than the RPO.']);
  });

  it('points out a missing CheckpointConfig', async () => {
    const { checkpointUri: _, ...job } = trainingSince(290);
    ports.training.put(job);

    expect(await checked()).toMatchObject({
      headline: 'The job writes no checkpoints: 5 h 5 min of training will be lost if it fails now',
    });
  });

  it('counts only the training since the last restart', async () => {
    const transitions = [{ status: 'Training', startedAt: now - 35 * minute }];
    ports.training.put(trainingSince(290, { transitions }));
    ports.time.now = now;

    expect((await checked()).facts).toContainEqual({ label: 'Lost if it fails now', value: '35 min' });
  });
});
