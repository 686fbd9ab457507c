import { beforeEach, describe, expect, it } from 'vitest';
import { OpsError } from '../../../src/errors.ts';
import { attemptKeyOf } from '../../../src/ports/calls.ts';
import type { AttemptKey, JsonObject } from '../../../src/ports/ports.ts';
import { requireAllowed, requireStillGood } from '../../../src/queue/steps/checks/still-good.ts';
import { freezeCheckpoint } from '../../../src/relaunch/frozen-basis.ts';
import { createSealer } from '../../../src/sanitize/seal.ts';
import { after, proposal } from '../../incidents/model/a-history.ts';
import { folderOf, putCheckpoint } from '../../support/a-training-run.ts';
import { type FakePorts, fakePorts } from '../../support/fake-ports.ts';

const incident = after();
const at = { step: 'resumed', attempt: 2 };
const launch = {
  TrainingJobName: 'job-2',
  ResourceConfig: { InstanceType: 'ml.p4d.24xlarge', InstanceCount: 1 },
  Tags: [{ Key: 'relight:recovers', Value: 'job-1' }],
};

describe('the last checks of a request before it is sent', () => {
  let ports: FakePorts;
  let reserved: unknown[];
  let asked: unknown[];

  beforeEach(() => {
    [ports, reserved, asked] = [fakePorts(), [], []];
    ports = {
      ...ports,
      locations: { ...ports.locations, requireLaunch: async (...what: unknown[]) => void asked.push(what) },
    };
  });

  async function checked(request: JsonObject, changes: object = {}): Promise<unknown> {
    const keys: AttemptKey[] = [];
    const deps = {
      sealer: createSealer('of-this-test'),
      portsFor: (key: AttemptKey) => {
        keys.push(key);
        return ports;
      },
      reserve: async (...what: unknown[]) => void reserved.push(what),
    };
    return requireStillGood(deps, incident, at, { ...proposal, request, ...changes }).then(
      () => keys[0],
      (thrown: { readonly code?: string }) => thrown.code,
    );
  }

  it('take up what a launch needs under the caps, for this attempt', async () => {
    const key = attemptKeyOf({ incident: incident.id, ...at });

    expect(await checked(launch)).toEqual(key);
    expect(reserved).toEqual([[key, launch]]);
    expect(asked).toEqual([[launch, 'job-1']]);
  });

  it('reserve nothing if what the request relies on has changed', async () => {
    putCheckpoint(ports.checkpoints, 1300, 5);
    const basis = await freezeCheckpoint({ uri: `${folderOf(1300)}` as never }, ports.checkpoints);
    expect(await checked(launch, { reliesOn: [basis] })).not.toBe('basis-changed');

    ports.checkpoints.change(`${folderOf(1300)}model.safetensors`, (bytes) => bytes.subarray(0, 100));
    expect(await checked(launch, { reliesOn: [basis] })).toBe('basis-changed');
    expect(reserved).toHaveLength(1);
  });

  it('reserve nothing beyond the caps of relight.yaml as they are now', async () => {
    expect(await checked({ ...launch, ResourceConfig: { ...launch.ResourceConfig, InstanceCount: 5 } })).toBe(
      'cap-exceeded',
    );
    expect(reserved).toEqual([]);
  });

  it('reserve nothing in an S3 location that relight.yaml does not allow', async () => {
    ports = {
      ...ports,
      locations: {
        ...ports.locations,
        requireLaunch: async () => {
          throw new OpsError('cap-exceeded', 's3://elsewhere');
        },
      },
    };

    expect(await checked(launch)).toBe('cap-exceeded');
    expect(reserved).toEqual([]);
  });

  it('ask for no caps and no locations where nothing is launched', async () => {
    ports = { ...ports, caps: { ...ports.caps, instanceTypes: [] } };

    await requireAllowed({ TrainingJobName: 'job-2' }, ports);
    expect(asked).toEqual([]);
    await expect(requireAllowed(launch, ports)).rejects.toMatchObject({ code: 'cap-exceeded' });
  });
});
