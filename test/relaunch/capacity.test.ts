import { beforeEach, describe, expect, it } from 'vitest';
import { resumeTraining } from '../../src/playbooks/actions/resume-training.ts';
import type { Proposal } from '../../src/ports/step-output.ts';
import { folderOf, putCheckpoint, root } from '../support/a-training-run.ts';
import { aJob, type FakePorts, failedJob, fakePorts, firstTry } from '../support/fake-ports.ts';

type Input = Parameters<typeof resumeTraining.preview>[0];

const types = ['ml.p4d.24xlarge', 'ml.p4de.24xlarge'];

function inputFor(rtoMinutes: number): Input {
  return {
    job: failedJob,
    uri: root,
    checkpoint: { uri: folderOf(1300), step: 1300, grade: 'valid', ageMinutes: 5 },
    rpoMinutes: 30,
    capacity: { spot: true, lost: true, rtoMinutes, types },
  };
}

let ports: FakePorts;
beforeEach(() => {
  ports = { ...fakePorts(), caps: { instanceTypes: types, instanceCount: 4, volumeGb: 1_000 } };
  ports.training.source = { ...ports.training.source, EnableManagedSpotTraining: true };
  ports.training.put(aJob());
  putCheckpoint(ports.checkpoints, 1300, 5);
});

const propose = async (input: Input): Promise<Proposal> => resumeTraining.preview(input, ports, firstTry);

describe('after spot capacity was lost', () => {
  it('a gold job is proposed on demand, with the reason and a note that spot can be chosen', async () => {
    const { request, warnings } = await propose(inputFor(60));

    expect(request['EnableManagedSpotTraining']).toBe(false);
    expect(warnings).toEqual([
      'This request uses on demand. On demand is recommended: the RTO is 60 min, which leaves no time to lose spot capacity again. “Choose where” offers the alternative and other instance types',
    ]);
  });

  it('a bronze job is proposed on spot, with a warning that capacity was lost there', async () => {
    const { request, warnings } = await propose(inputFor(240));

    expect(request['EnableManagedSpotTraining']).toBe(true);
    expect(warnings.join()).toContain('goes back to spot, where capacity was lost. Spot is recommended');
  });

  it('a person may choose spot or on demand and any type within the caps; other types are refused', async () => {
    const { adjust } = resumeTraining;
    const fields = adjust?.fields(inputFor(60));
    expect(fields).toMatchObject([
      { key: 'capacity', choices: ['on demand', 'spot'], initial: 'on demand' },
      { key: 'instance', choices: types, initial: types[0] },
    ]);

    const chosen = adjust?.apply(inputFor(60), { capacity: 'spot', instance: 'ml.p4de.24xlarge' });
    if (chosen === undefined || !('input' in chosen)) throw new Error('it cannot be chosen');
    const { request } = await propose(chosen.input);
    expect(request).toMatchObject({
      EnableManagedSpotTraining: true,
      ResourceConfig: { InstanceType: 'ml.p4de.24xlarge' },
    });
    expect(adjust?.apply(inputFor(60), { instance: 'ml.p5.48xlarge' })).toMatchObject({ field: 'instance' });
  });

  it('for a job that never ran on spot, only the instance type can be chosen', () => {
    const { adjust } = resumeTraining;
    const input = { ...inputFor(60), capacity: { spot: false, lost: true, rtoMinutes: 60, types } };

    expect(adjust?.fields(input).map(({ key }) => key)).toEqual(['instance']);
  });
});
