import { beforeEach, describe, expect, it } from 'vitest';
import type { Assessment } from '../../../src/assessment/assessment.ts';
import { OpsError } from '../../../src/errors.ts';
import { assessRegion } from '../../../src/playbooks/actions/assess-region.ts';
import type { TrainingJob } from '../../../src/ports/ports.ts';
import { Again, type Report } from '../../../src/ports/step-output.ts';
import { ended, minute, putBackup } from '../../support/a-training-run.ts';
import { checkpointsOf, putFailed as putFailedJob } from '../../support/an-outage.ts';
import { aJob, type FakePorts, fakePorts } from '../../support/fake-ports.ts';

let ports: FakePorts;
beforeEach(() => {
  ports = fakePorts();
});

function putFailed(name: string, changes: Partial<TrainingJob> = {}): void {
  putFailedJob(ports, name, changes);
}

/** A good checkpoint in the job's own folder. */
function putCheckpointOf(name: string, step = 1300, minutesBefore = 25): void {
  putBackup(ports.checkpoints, checkpointsOf(name), step, minutesBefore);
}

function putRunning(name: string, changes: Partial<TrainingJob> = {}): void {
  ports.training.put(
    aJob({
      name,
      status: 'InProgress',
      secondaryStatus: 'Training',
      checkpointUri: checkpointsOf(name),
      ...changes,
    }),
  );
}

async function assess(): Promise<Assessment> {
  const found = await assessRegion.run({}, ports);
  if (found instanceof Again) throw new Error(found.note);
  return assessRegion.output.parse(found);
}

async function report(): Promise<Report> {
  return assessRegion.report(await assess());
}

describe('the regional assessment', () => {
  it('lists each failed job with its failure kind, tier, recovery path and age compared with the RPO', async () => {
    putFailed('srl-rlvr-silver-a');
    putCheckpointOf('srl-rlvr-silver-a', 1300, 45);
    putFailed('srl-rlvr-gold-a');
    putCheckpointOf('srl-rlvr-gold-a');
    putFailed('srl-rlvr-bronze-a');
    putFailed('srl-rlvr-gold-b', { failureReason: 'CUDA out of memory. Tried to allocate 2 GiB' });

    const { lines, facts } = await report();

    expect(lines?.slice(0, 4)).toEqual([
      'gold srl-rlvr-gold-a: SageMaker internal error; resume from checkpoint-1300, valid, 5 min lost, within the RPO',
      'gold srl-rlvr-gold-b: GPU out of memory; serve the previous model until it is fixed: it needs a smaller batch, and resuming alone would fail the same way',
      'silver srl-rlvr-silver-a: SageMaker internal error; resume from checkpoint-1300, valid, 25 min lost, within the RPO',
      'bronze srl-rlvr-bronze-a: SageMaker internal error; restart from scratch',
    ]);
    expect(facts).toContainEqual({
      label: 'By kind',
      value: '3 SageMaker internal error, 1 GPU out of memory',
    });
  });

  it('falls back to a backup if the job’s own folder has no good checkpoint', async () => {
    putFailed('srl-rlvr-gold-a');
    putBackup(ports.checkpoints, 's3://srl-rlvr-backup/nightly/srl-rlvr-gold-a/', 1200, 90);

    expect((await report()).lines?.[0]).toBe(
      'gold srl-rlvr-gold-a: SageMaker internal error; restore the backup of checkpoint-1200, valid, 70 min lost, over the RPO',
    );
  });

  it('skips jobs that a newer job replaced, whatever its outcome, and jobs that a person stopped', async () => {
    putFailed('srl-rlvr-gold-a');
    putRunning('srl-rlvr-gold-a-r1-0123456789abcdef', { createdAt: ended });
    putFailed('srl-rlvr-gold-b');
    putFailed('srl-rlvr-gold-b-r1-0123456789abcdef', { createdAt: ended });
    putFailed('srl-rlvr-gold-c', { status: 'Stopped', secondaryStatus: 'Stopped' });
    putFailed('someone-elses-job');

    const { failed, counts } = await assess();

    expect(failed.map(({ job }) => job)).toEqual(['srl-rlvr-gold-b-r1-0123456789abcdef']);
    expect(counts).toEqual({ listed: 6, running: 1, foreign: 1, replaced: 2, stoppedByPeople: 1, unseen: 0 });
  });

  it('counts only the last of several recoveries that all failed', async () => {
    putFailed('srl-rlvr-gold-b');
    putFailed('srl-rlvr-gold-b-r2-0123456789abcdef', { createdAt: ended + 2 });
    putFailed('srl-rlvr-gold-b-r1-0123456789abcdef', { createdAt: ended + 1 });

    expect((await assess()).failed.map(({ job }) => job)).toEqual(['srl-rlvr-gold-b-r2-0123456789abcdef']);
  });

  it('shows alarms, empty or unreachable S3 locations, and endpoints that are out of service', async () => {
    putFailed('srl-rlvr-gold-a', {
      inputs: [{ name: 'train', uri: 's3://data/train.jsonl', type: 'S3Prefix' }],
    });
    putCheckpointOf('srl-rlvr-gold-a');
    ports.region.raised.push({ name: 'all-training', reason: 'Threshold\nCrossed', since: ended });
    ports.region.served.push(
      { name: 'gold-endpoint', status: 'Failed', changedAt: ended },
      { name: 'silver-endpoint', status: 'InService', changedAt: ended },
    );
    ports.region.troubled.set('s3://data/train.jsonl', new OpsError('aws-denied', 'ListObjectsV2'));
    ports.region.troubled.set('s3://srl-rlvr-backup/nightly/', 'empty');
    ports.region.troubled.set('s3://srl-rlvr-training/checkpoints-recovery/', 'empty');

    const { facts, lines } = await report();

    expect(facts).toEqual(
      expect.arrayContaining([
        { label: 'S3 locations', value: '2 of 4 reachable and not empty' },
        { label: 'Alarms', value: '1 in ALARM' },
        { label: 'Endpoints', value: '1 of 2 in service' },
      ]),
    );
    expect(lines?.slice(1)).toEqual([
      'backup s3://srl-rlvr-backup/nightly/: empty',
      'training data s3://data/train.jsonl: out of reach (AWS denies Relight this call: ListObjectsV2)',
      'Alarm all-training: Threshold Crossed',
      'Endpoint gold-endpoint: Failed',
    ]);
  });

  it('reports the rest if alarms, endpoints or the checkpoints of one job cannot be read', async () => {
    putFailed('srl-rlvr-gold-a');
    putFailed('srl-rlvr-gold-b');
    putCheckpointOf('srl-rlvr-gold-b');
    ports.region.broken.alarms = new OpsError('aws-unavailable', 'DescribeAlarms');
    ports.region.broken.endpoints = new OpsError('aws-denied', 'ListEndpoints');
    const folders = ports.checkpoints.folders.bind(ports.checkpoints);
    ports.checkpoints.folders = async (uri) => {
      if (uri === checkpointsOf('srl-rlvr-gold-a')) throw new OpsError('aws-denied', 'ListObjectsV2');
      return folders(uri);
    };

    const { facts, lines } = await report();

    expect(facts).toContainEqual({ label: 'Alarms', value: 'unknown: AWS did not answer: DescribeAlarms' });
    expect(facts).toContainEqual({
      label: 'Endpoints',
      value: 'unknown: AWS denies Relight this call: ListEndpoints',
    });
    expect(lines).toEqual([
      'gold srl-rlvr-gold-a: SageMaker internal error; AWS denies Relight this call: ListObjectsV2',
      'gold srl-rlvr-gold-b: SageMaker internal error; resume from checkpoint-1300, valid, 5 min lost, within the RPO',
    ]);
  });

  it('names what the failed jobs have in common and the healthy ones do not', async () => {
    for (const n of [1, 2, 3]) putFailed(`srl-rlvr-gold-${n}`, { subnets: ['subnet-bad', 'subnet-good'] });
    for (const n of [4, 5, 6]) putRunning(`srl-rlvr-gold-${n}`, { subnets: ['subnet-good'] });

    expect((await report()).headline).toBe(
      '3 jobs failed, 3 running: likely common cause: subnet subnet-bad (3 of 3 failed, 0 of 3 healthy); 3 of them between 03:14 and 03:14 UTC',
    );
  });

  it('names no cause if every job failed, because there is nothing to compare with', async () => {
    for (const n of [1, 2, 3]) putFailed(`srl-rlvr-gold-${n}`, { endedAt: ended + n * 60 * minute });

    expect((await report()).headline).toBe(
      '3 jobs failed, 0 running: no common cause found, because there is no healthy job to compare with',
    );
  });

  it('limits the jobs that it checks and lists, and reports how many are left out', async () => {
    for (let n = 10; n < 45; n += 1) putFailed(`srl-rlvr-gold-${n}`);

    const { headline, facts, lines } = await report();

    expect(headline).toMatch(/^30 jobs failed/);
    expect(facts).toContainEqual({ label: 'Not in the table', value: '5 failed and not examined' });
    expect(lines?.[10]).toBe('… and 20 more failed jobs');
  });

  it('reports nothing if nothing has failed', async () => {
    putRunning('srl-rlvr-gold-a');

    const { failed, series } = await assess();

    expect([failed, series]).toEqual([[], []]);
    expect((await report()).headline).toBe('0 jobs failed, 1 running: no common cause found');
  });
});
