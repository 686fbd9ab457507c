import { beforeEach, describe, expect, it } from 'vitest';
import { findCheckpoint } from '../../../src/playbooks/actions/find-checkpoint.ts';
import { aJob, type FakePorts, failedJob, fakePorts } from '../../support/fake-ports.ts';

let ports: FakePorts;

beforeEach(() => {
  ports = fakePorts();
  ports.training.put(aJob());
});

describe('a folder that a person named', () => {
  it('is searched instead of the one in CheckpointConfig', async () => {
    const named = 's3://srl-rlvr-training/elsewhere/';
    ports.checkpoints.put(`${named}run/checkpoint-7/trainer_state.json`, new Uint8Array(1));
    const asked: FakePorts = { ...ports, checkpointFolders: { of: async () => named } };

    expect(await findCheckpoint.run({ job: failedJob }, asked)).toMatchObject({
      uri: named,
      newest: { uri: `${named}run/checkpoint-7/`, step: 7 },
    });
  });
});
