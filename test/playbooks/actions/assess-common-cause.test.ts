import { beforeEach, describe, expect, it } from 'vitest';
import { assessRegion } from '../../../src/playbooks/actions/assess-region.ts';
import type { TrainingJob } from '../../../src/ports/ports.ts';
import { Again, type Report } from '../../../src/ports/step-output.ts';
import { putFailed as putFailedJob } from '../../support/an-outage.ts';
import { aJob, type FakePorts, fakePorts } from '../../support/fake-ports.ts';

let ports: FakePorts;
beforeEach(() => {
  ports = fakePorts();
});

const putFailed = (name: string, changes: Partial<TrainingJob>): void => putFailedJob(ports, name, changes);

function putRunning(name: string, changes: Partial<TrainingJob>): void {
  ports.training.put(aJob({ name, status: 'InProgress', secondaryStatus: 'Training', ...changes }));
}

async function report(): Promise<Report> {
  const found = await assessRegion.run({}, ports);
  if (found instanceof Again) throw new Error(found.note);
  return assessRegion.report(assessRegion.output.parse(found));
}

describe('the regional assessment', () => {
  it('names the error that all six jobs share, ignoring the ids and numbers in it', async () => {
    for (const n of [1, 2, 3, 4, 5, 6])
      putFailed(`srl-rlvr-gold-${n}`, {
        instanceType: `ml.type-${n}`,
        failureReason: `AccessDenied: s3://bucket-${n}/train.jsonl, request id 7f3a${n}c`,
      });

    const { headline, facts } = await report();

    expect(headline).toMatch(/^6 jobs failed, 0 running: 6 of 6 failed with the same error \(AccessDenied: /);
    expect(facts).toContainEqual({
      label: 'Same error',
      value: expect.stringMatching(/^6 of 6: AccessDenied/),
    });
  });

  it('reports what all six share as a lead if only one healthy job is left to compare with', async () => {
    const own = (n: number) => ({
      instanceType: `ml.type-${n}`,
      failureReason: `error: ${'abcdef'[n - 1]} broke`,
    });
    for (const n of [1, 2, 3, 4, 5, 6]) putFailed(`srl-rlvr-gold-${n}`, { ...own(n), image: 'trainer:9' });
    putRunning('srl-rlvr-gold-7', { image: 'trainer:8' });

    expect((await report()).headline).toContain(
      'all 6 share image trainer:9 (not in the 1 healthy job, too few to be sure)',
    );
  });

  it('names no cause if six jobs share neither an error nor infrastructure', async () => {
    for (const n of [1, 2, 3, 4, 5, 6])
      putFailed(`srl-rlvr-gold-${n}`, {
        instanceType: `ml.type-${n}`,
        failureReason: `Traceback: ${'abcdef'[n - 1]?.repeat(12)}`,
      });

    expect((await report()).headline).toMatch(/: no common cause found/);
  });

  it('does not compare with jobs that are still starting, because they may yet fail', async () => {
    for (const n of [1, 2, 3, 4]) putFailed(`srl-rlvr-gold-${n}`, { subnets: ['subnet-bad'] });
    for (const n of [5, 6, 7]) putRunning(`srl-rlvr-gold-${n}`, { subnets: ['subnet-good'] });
    for (const n of [8, 9])
      putRunning(`srl-rlvr-gold-${n}`, { subnets: ['subnet-bad'], secondaryStatus: 'Starting' });

    expect((await report()).headline).toContain('subnet subnet-bad (4 of 4 failed, 0 of 3 healthy)');
  });
});
