import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogs } from '../../../src/aws/cloudwatch/logs.ts';
import { createCheckpoints } from '../../../src/aws/s3/checkpoints.ts';
import { createRegion } from '../../../src/aws/training/region.ts';
import { createTraining } from '../../../src/aws/training/training.ts';
import { assessRegion } from '../../../src/playbooks/actions/assess-region.ts';
import { findBackup } from '../../../src/playbooks/actions/find-backup.ts';
import { restartFromScratch } from '../../../src/playbooks/actions/restart-from-scratch.ts';
import { restoreFromBackup } from '../../../src/playbooks/actions/restore-from-backup.ts';
import type { ActionPorts } from '../../../src/playbooks/define/action-ports.ts';
import type { AttemptKey, S3Uri } from '../../../src/ports/ports.ts';
import { Again } from '../../../src/ports/step-output.ts';
import { tokenFor } from '../../support/a-token.ts';
import { fakeLocations } from '../../support/fake-locations.ts';
import { fakePorts } from '../../support/fake-ports.ts';
import { postJson } from '../../support/world.ts';
import { type RegionUnderTest, silent, startRegionUnderTest } from '../a-region.ts';

const job = 'srl-rlvr-gold-20251104';
const bucket = 's3://srl-rlvr-training/';
const backup: S3Uri = `${bucket}checkpoints-backup/${job}/`;
const attemptKey: AttemptKey = {
  incident: 'i-1',
  step: 'restored',
  attempt: 1,
  id: '0123456789abcdef',
  earlier: [],
};

describe('a failed job in the stand-in region', () => {
  let region: RegionUnderTest;
  let ports: ActionPorts;

  beforeAll(async () => {
    region = await startRegionUnderTest();
    const { sagemaker, s3, logs } = region.clients;
    const training = createTraining(sagemaker, silent);
    const backupPrefix: S3Uri = `${bucket}checkpoints-backup/`;
    ports = {
      ...fakePorts(),
      training,
      locations: fakeLocations(training, () => [job], { backup: backupPrefix }),
      checkpoints: createCheckpoints(s3, silent),
      logs: createLogs(logs),
      region: createRegion(region.clients, (name) =>
        name.startsWith('srl-rlvr-gold-') ? { name: 'gold', rank: 0, rpoMinutes: 30 } : undefined,
      ),
      clock: { now: () => Date.now() },
      caps: {
        instanceTypes: ['ml.p4d.24xlarge', 'ml.g5.2xlarge', 'ml.g5.12xlarge'],
        instanceCount: 4,
        volumeGb: 1_000,
      },
      recoveryPrefix: `${bucket}checkpoints-recovery/`,
      backupPrefix,
    };
    await failInRegion(job);
  });
  afterAll(async () => region.close());

  async function failInRegion(name: string): Promise<void> {
    await postJson(`${region.region.url}/_sandbox/fail`, { job: name, kind: 'internal' });
  }

  it('is found by the assessment, with the checkpoint to resume from', async () => {
    const { failed, alarms, endpoints, places } = await assessRegion.run({}, ports).then((found) => {
      if (found instanceof Again) throw new Error(found.note);
      return assessRegion.output.parse(found);
    });

    expect(failed).toMatchObject([{ job, tier: 'gold', kind: 'internal', way: { way: 'resume' } }]);
    expect(alarms.found.map(({ name }) => name)).toEqual([`TrainingJobInterrupted-${job}`]);
    expect(endpoints.found).toContainEqual(
      expect.objectContaining({ name: 'srl-rlvr-gold-prod', status: 'InService' }),
    );
    expect(places.find(({ what }) => what === 'checkpoints')?.state).toBe('reachable');
  });

  it('resumes once from a checked and copied backup, which stays unchanged', async () => {
    const own: S3Uri = `${bucket}checkpoints/${job}/`;
    const [newest] = (await ports.checkpoints.folders(own)).toSorted(
      (one, other) => Number(other.split('-')[1]) - Number(one.split('-')[1]),
    );
    const token = tokenFor(attemptKey, { CheckpointConfig: { S3Uri: backup } });
    await ports.checkpoints.stage(`${own}${newest}/`, `${backup}${newest}/`, token);
    const before = await ports.checkpoints.files(backup);
    const { endedAt = Date.now() } = await ports.training.describe(job);

    const found = await findBackup.run({ job, trainedUntil: endedAt, rpoMinutes: 30 }, ports);
    if (found instanceof Again) throw new Error(found.note);
    const { chosen } = found.verdict;
    const { step, grade, ageMinutes, uri } = chosen;
    const input = {
      job,
      uri: found.uri,
      checkpoint: { uri, step, grade, ageMinutes },
      rpoMinutes: 30,
      ageIsSure: found.ageIsSure,
    };
    const proposal = await restoreFromBackup.preview(input, ports, attemptKey);
    const first = await restoreFromBackup.run(proposal, input, ports, tokenFor(attemptKey, proposal.request));
    const again = await restoreFromBackup.run(proposal, input, ports, tokenFor(attemptKey, proposal.request));

    const name = `${job}-r1-${attemptKey.id}`;
    expect(found).toMatchObject({ uri: backup, ageIsSure: true });
    expect(first).toMatchObject({ job: name, adopted: false, staged: { compared: { size: 0 } } });
    expect(again).toMatchObject({ job: name, adopted: true });
    expect(await ports.checkpoints.files(backup)).toEqual(before);
    const launches = await region.committed('CreateTrainingJob');
    expect(launches.map(({ request }) => request)).toMatchObject([
      { TrainingJobName: name, CheckpointConfig: { S3Uri: `${bucket}checkpoints-recovery/${name}/` } },
    ]);
  });

  it('restarts once in an empty folder, and its old checkpoints stay', async () => {
    const scratch: AttemptKey = { ...attemptKey, step: 'restarted', id: 'fedcba9876543210' };
    // The copy that the previous test launched would block this launch.
    await failInRegion(`${job}-r1-${attemptKey.id}`);
    const own: S3Uri = `${bucket}checkpoints/${job}/`;
    const before = await ports.checkpoints.files(own);
    const input = { job, why: 'no backup', rpoMinutes: 30 };

    const proposal = await restartFromScratch.preview(input, ports, scratch);
    const first = await restartFromScratch.run(proposal, input, ports, tokenFor(scratch, proposal.request));
    const again = await restartFromScratch.run(proposal, input, ports, tokenFor(scratch, proposal.request));

    const name = `${job}-r1-${scratch.id}`;
    expect(proposal.warnings[0]).toMatch(/^All progress is lost: [\d,]+ steps, /);
    expect([first, again]).toMatchObject([
      { job: name, adopted: false },
      { job: name, adopted: true },
    ]);
    expect(await ports.checkpoints.files(own)).toEqual(before);
    const launches = (await region.committed('CreateTrainingJob')).map(({ request }) => request);
    expect(launches.filter((one) => one['TrainingJobName'] === name)).toHaveLength(1);
  });
});
