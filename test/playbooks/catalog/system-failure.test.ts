import { beforeEach, describe, expect, it } from 'vitest';
import { playbook } from '../../../src/playbooks/catalog/system-failure.ts';
import { ended, putBackup } from '../../support/a-training-run.ts';
import {
  checkpointsOf,
  failsAgain,
  type LaunchOutcome,
  putFailed,
  type RunSummary,
  runThrough,
  trains,
} from '../../support/an-outage.ts';
import { aJob, type FakePorts, fakePorts } from '../../support/fake-ports.ts';

let ports: FakePorts;
beforeEach(() => {
  ports = fakePorts();
});

const run = (outcomeOf: (nth: number) => LaunchOutcome = () => trains): Promise<RunSummary> =>
  runThrough(playbook, ports, outcomeOf);

describe('a system failure', () => {
  it('is recovered one job at a time, gold first, each along its best path', async () => {
    putFailed(ports, 'srl-rlvr-bronze-a');
    putFailed(ports, 'srl-rlvr-silver-a');
    putBackup(ports.checkpoints, 's3://srl-rlvr-backup/nightly/srl-rlvr-silver-a/', 1200, 90);
    putFailed(ports, 'srl-rlvr-gold-a');
    putBackup(ports.checkpoints, checkpointsOf('srl-rlvr-gold-a'), 1300, 25);
    putFailed(ports, 'srl-rlvr-gold-b', { failureReason: 'CUDA out of memory' });

    const { headlines, results, proposals } = await run();

    expect(proposals.map(({ headline }) => headline)).toEqual([
      expect.stringMatching(/^Launch srl-rlvr-gold-a-r1-\w+ on .*, from step 1,300$/),
      expect.stringMatching(/^Launch srl-rlvr-silver-a-r1-\w+ on .*, from step 1,200$/),
      expect.stringMatching(/^Launch srl-rlvr-bronze-a-r1-\w+ on .*, from the beginning$/),
    ]);
    expect(headlines).toMatchObject({
      next2: 'Next: srl-rlvr-silver-a (silver), restore the backup of checkpoint-1200, valid',
      next4: 'No further job: no job is left to recover',
      job4: 'skipped: no job is left to recover',
      last: 'skipped: no more jobs to recover',
    });
    expect(playbook.recovered(results)).toBe(
      '3 jobs in the Region are training again: srl-rlvr-gold-a, srl-rlvr-silver-a, srl-rlvr-bronze-a',
    );
  });

  it('launches nothing more after the first job that fails again', async () => {
    for (const name of ['srl-rlvr-gold-a', 'srl-rlvr-gold-b', 'srl-rlvr-silver-a']) putFailed(ports, name);

    const { headlines, results } = await run((nth) => (nth === 1 ? failsAgain : trains));

    expect(ports.training.launches).toHaveLength(2);
    expect(headlines['next3']).toMatch(
      /^No further job: the series stops: srl-rlvr-gold-b failed again \(.*AccessDenied/,
    );
    expect(headlines['job3']).toMatch(/^skipped: the series stops/);
    expect(playbook.recovered(results)).toBeUndefined();
  });

  it('recovers five jobs per incident and reports how many are left over', async () => {
    for (let n = 1; n <= 7; n += 1) putFailed(ports, `srl-rlvr-gold-${n}`);

    const { headlines, results } = await run();

    expect(ports.training.launches).toHaveLength(5);
    expect(headlines['last']).toBe(
      'No further job: no job is left to recover; 2 more failed: run the assessment again for them',
    );
    expect(playbook.recovered(results)).toMatch(/^5 jobs in the Region are training again/);
  });

  it('skips a job that is being recovered in its own incident', async () => {
    putFailed(ports, 'srl-rlvr-gold-a');
    putFailed(ports, 'srl-rlvr-silver-a');
    const copy = aJob({
      name: 'srl-rlvr-silver-a-r1-0123456789abcdef',
      status: 'InProgress',
      secondaryStatus: 'Training',
      createdAt: ended + 1,
    });

    const { headlines } = await run(() => (job) => {
      trains(job, ports);
      ports.training.put(copy);
    });

    expect(ports.training.launches).toHaveLength(1);
    expect(headlines['next2']).toBe('No further job: no job is left to recover');
  });

  it('recovers nothing if a new job would fail the same way', async () => {
    putFailed(ports, 'srl-rlvr-gold-a', { failureReason: 'CUDA out of memory' });

    const { headlines, results } = await run();

    expect(headlines['next1']).toBe('skipped: every failed job would fail the same way again');
    expect(ports.training.launches).toEqual([]);
    expect(playbook.recovered(results)).toBeUndefined();
  });

  it('does nothing if nothing has failed', async () => {
    expect((await run()).headlines['next1']).toBe('skipped: no job has failed');
  });
});
