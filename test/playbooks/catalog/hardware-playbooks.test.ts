import { beforeEach, describe, expect, it } from 'vitest';
import { retryWithLargerVolume } from '../../../src/playbooks/actions/retry-with-larger-volume.ts';
import { playbook as diskFull } from '../../../src/playbooks/catalog/disk-full.ts';
import { playbook as restoreCount } from '../../../src/playbooks/catalog/restore-instance-count.ts';
import { playbook as hang } from '../../../src/playbooks/catalog/training-hang.ts';
import type { TrainingJob } from '../../../src/ports/ports.ts';
import { ended, folderOf, putCheckpoint } from '../../support/a-training-run.ts';
import { type RunSummary, runThrough, trains } from '../../support/an-outage.ts';
import { aJob, type FakePorts, failedJob, fakePorts } from '../../support/fake-ports.ts';

let ports: FakePorts;
beforeEach(() => {
  ports = {
    ...fakePorts(),
    caps: {
      instanceTypes: [
        'ml.p3.16xlarge',
        'ml.p4d.24xlarge',
        'ml.g5.2xlarge',
        'ml.g5.4xlarge',
        'ml.g6e.8xlarge',
      ],
      instanceCount: 4,
      volumeGb: 800,
    },
  };
  putCheckpoint(ports.checkpoints, 1300, 5);
});

const fullDisk =
  'AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage "OSError: [Errno 28] No space left on device: \'/opt/ml/checkpoints/checkpoint-1350/optimizer.pt\'"';
const watchdog =
  '[rank3]:[E ProcessGroupNCCL.cpp:632] [Rank 3] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=48211, OpType=ALLREDUCE, NumelIn=1, NumelOut=1, Timeout(ms)=600000) ran for 600031 milliseconds before timing out.';

function put(changes: Partial<TrainingJob>): void {
  ports.training.put(aJob({ name: failedJob, status: 'Failed', secondaryStatus: 'Failed', ...changes }));
}

async function run(playbook: Parameters<typeof runThrough>[0]): Promise<RunSummary> {
  return runThrough(playbook, ports, () => trains, { job: failedJob });
}

function launched(): Record<string, unknown>[] {
  return ports.training.launches.map(({ ResourceConfig: resources }) => resources as Record<string, unknown>);
}

describe('a job whose disk filled up', () => {
  it('names the full path and gets twice the volume, at most caps.volume_gb', async () => {
    put({ failureReason: fullDisk, instanceType: 'ml.p3.16xlarge', volumeGb: 500 });

    const { headlines, results } = await run(diskFull);

    expect(headlines['plan']).toBe('A volume of 800 GB instead of 500 GB');
    expect(results['plan']).toMatchObject({ path: '/opt/ml/checkpoints/checkpoint-1350/optimizer.pt' });
    expect(launched()).toMatchObject([{ VolumeSizeInGB: 800 }]);
    expect(diskFull.recovered(results)).toContain('with more storage');
  });

  it('moves to the smallest allowed type with more local storage if its storage is local', async () => {
    put({ failureReason: fullDisk, instanceType: 'ml.g5.2xlarge', volumeGb: 500 });

    const { headlines } = await run(diskFull);

    expect(headlines['enlarged']).toContain('cannot grow');
    expect(launched()).toMatchObject([{ InstanceType: 'ml.g5.4xlarge' }]);
  });

  it('is not launched if no allowed instance has more storage', async () => {
    put({ failureReason: fullDisk, instanceType: 'ml.p3.16xlarge', volumeGb: 800 });

    await expect(run(diskFull)).rejects.toMatchObject({ code: 'no-more-storage' });
    expect(launched()).toEqual([]);
  });
});

describe('the form for the size of the volume', () => {
  const input = {
    job: failedJob,
    origin: { from: 'scratch', why: 'no checkpoint' },
    rpoMinutes: 30,
    before: 500,
    volumeGb: 800,
  } as const;

  it.each(['500', '12.5', 'much', '', '-1'])('refuses %j', (volume) => {
    expect(retryWithLargerVolume.adjust?.apply(input, { volume })).toMatchObject({ field: 'volume' });
  });

  it('takes a whole number over the present size', () => {
    expect(retryWithLargerVolume.adjust?.apply(input, { volume: ' 600 ' })).toMatchObject({
      input: { volumeGb: 600, typed: true },
    });
  });
});

describe('a job that hung', () => {
  const abort = { failureReason: 'AlgorithmError: , exit code: 134', instanceType: 'ml.p4d.24xlarge' };

  it('resumes once, with the rank that failed first', async () => {
    put(abort);
    ports.logLines.set(failedJob, [watchdog]);

    const { headlines, results } = await run(hang);

    expect(headlines['logs']).toContain('Watchdog caught collective operation timeout');
    expect(headlines['earlier']).toContain('has not hung before');
    expect(headlines['again']).toBe('skipped: it has not hung before');
    expect(launched()).toHaveLength(1);
    expect(hang.recovered(results)).toMatch(/is training from step/);
  });

  it('waits for a person if it hung before at the same rank', async () => {
    put(abort);
    ports.logLines.set(failedJob, [watchdog]);
    ports.training.put(aJob({ ...abort, name: 'before', status: 'Failed', secondaryStatus: 'Failed' }));
    ports.logLines.set('before', [watchdog]);
    ports.training.tagged.set(failedJob, new Map([['relight:recovers', 'before']]));

    const { headlines, results } = await run(hang);

    expect(headlines['earlier']).toContain('before hung at the same place');
    expect(results['earlier']).toMatchObject({ job: 'before', same: true });
    expect(launched()).toEqual([]);
  });
});

describe('a checkpoint that was saved by another number of ranks', () => {
  it('is resumed on as many instances as saved it', async () => {
    put({
      failureReason: 'AlgorithmError: , exit code: 1',
      instanceType: 'ml.p4d.24xlarge',
      instanceCount: 1,
    });
    putCheckpoint(ports.checkpoints, 1400, 1);
    const rng = ports.checkpoints.bytesOf(`${folderOf(1400)}rng_state.pth`);
    ports.checkpoints.remove(`${folderOf(1400)}rng_state.pth`);
    for (let rank = 0; rank < 16; rank += 1)
      ports.checkpoints.put(`${folderOf(1400)}rng_state_${rank}.pth`, rng, ended);

    const { headlines } = await run(restoreCount);

    expect(headlines['saved']).toBe('The checkpoint needs 2 instances; the job had 1');
    expect(launched()).toMatchObject([{ InstanceCount: 2 }]);
  });
});
