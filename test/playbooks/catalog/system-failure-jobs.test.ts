import { beforeEach, describe, expect, it } from 'vitest';
import { playbook } from '../../../src/playbooks/catalog/system-failure.ts';
import {
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

/** The affected jobs of the incident. */
const runAffected = (
  jobs: readonly string[],
  outcomeOf: (nth: number) => LaunchOutcome = () => trains,
): Promise<RunSummary> => runThrough(playbook, ports, outcomeOf, { board: jobs });
const setAside = { choice: 'set them aside', why: 'nobody needs it any more' };

describe('a system failure with a list of affected jobs', () => {
  const six = [1, 2, 3, 4, 5, 6].map((n) => `srl-rlvr-gold-${n}`);

  it('is not recovered after a round of five jobs if six have failed: the sixth is recovered in another round', async () => {
    for (const name of six) putFailed(ports, name);

    const { headlines, results } = await runAffected(six);

    expect(ports.training.launches).toHaveLength(5);
    expect(headlines['account']).toMatch(/^5 of 6 jobs train again; left behind: srl-rlvr-gold-\d$/);
    expect(playbook.recovered(results)).toBeUndefined();
    expect(playbook.handOver?.(results)).toMatchObject({ kind: 'system_failure', again: true });
  });

  it('is recovered when each job is training, with counts of the jobs and of who restarted them', async () => {
    for (const name of six.slice(0, 4)) putFailed(ports, name);
    for (const name of six.slice(4))
      ports.training.put(aJob({ name, status: 'InProgress', secondaryStatus: 'Training' }));

    const { results } = await runAffected(six);

    expect(playbook.recovered(results)).toBe(
      '6 of 6 jobs train again, 2 of them restarted by SageMaker itself',
    );
    expect(playbook.handOver?.(results)).toBeUndefined();
  });

  it('asks a person about a job that fails again, and is recovered once they set it aside with a reason', async () => {
    const jobs = six.slice(0, 3);
    for (const name of jobs) putFailed(ports, name);

    const { headlines, results } = await runAffected(jobs, (nth) => (nth === 2 ? failsAgain : trains));

    expect(headlines['account']).toMatch(/^2 of 3 jobs train again; left behind: srl-rlvr-gold-\d$/);
    expect(playbook.recovered(results)).toBeUndefined();
    expect(playbook.handOver?.(results)).toBeUndefined();
    const [left] = playbook.outcomes?.(results)?.filter(({ outcome }) => outcome === 'left') ?? [];
    expect(left?.says).toMatch(/failed again .*AccessDenied.*\/relight start investigate srl-rlvr-gold-\d$/);

    expect(playbook.recovered({ ...results, left: setAside })).toBe(
      `2 of 3 jobs train again; ${left?.job ?? ''} was set aside: nobody needs it any more`,
    );
    expect(
      playbook.handOver?.({ ...results, left: { choice: 'look again, and recover what can be', why: '' } }),
    ).toMatchObject({ kind: 'system_failure', again: true });
  });

  it('does not count a launched job as training if it failed after it was confirmed', async () => {
    for (const name of six.slice(0, 3)) putFailed(ports, name);
    const firstFailsLater =
      (nth: number): LaunchOutcome =>
      (job, here) => {
        trains(job, here);
        const [first] = here.training.launches;
        const name = first?.TrainingJobName ?? '';
        if (nth === 2) here.training.put({ ...job, name, status: 'Failed', failureReason: 'AccessDenied' });
      };

    const { headlines, results } = await runAffected(six.slice(0, 3), firstFailsLater);

    expect(headlines['next4']).toBe('No further job: no job is left to recover');
    expect(headlines['account']).toMatch(/^2 of 3 jobs train again; left behind: /);
    expect(playbook.recovered(results)).toBeUndefined();
  });

  it('names the playbook for each job that a relaunch does not fix, and never recovers automatically', async () => {
    putFailed(ports, six[0] ?? '', { failureReason: 'CUDA out of memory' });
    putFailed(ports, six[1] ?? '', { failureReason: 'CUDA out of memory' });

    const { results } = await runAffected(six.slice(0, 2));

    expect(playbook.outcomes?.(results)?.map(({ says }) => says)).toEqual([
      expect.stringContaining(`/relight start out-of-memory ${six[0] ?? ''}`),
      expect.stringContaining(`/relight start out-of-memory ${six[1] ?? ''}`),
    ]);
    expect(playbook.recovered({ ...results, left: setAside })).toBeUndefined();
    expect(playbook.ended?.(results)).toBeUndefined();
    expect(playbook.ended?.({ ...results, left: setAside })).toBe(
      'A person set all 2 jobs aside: nobody needs it any more',
    );
  });

  it('counts a job that failed after the others were checked as left behind', async () => {
    for (const name of six.slice(0, 2)) putFailed(ports, name);

    const { results } = await runAffected(six.slice(0, 2));
    const later = { ...results, incident: { ...results.incident, board: six.slice(0, 3) } };

    expect(playbook.recovered(later)).toBeUndefined();
    expect(playbook.outcomes?.(later)).toContainEqual(
      expect.objectContaining({ job: six[2], outcome: 'left' }),
    );
  });
});
