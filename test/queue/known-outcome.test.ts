import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Vault } from '../../src/audit/vault.ts';
import { createModels } from '../../src/aws/models/models.ts';
import { createCheckpoints } from '../../src/aws/s3/checkpoints.ts';
import { createFixedData } from '../../src/aws/s3/dataset-writer.ts';
import { createDatasets } from '../../src/aws/s3/datasets.ts';
import { createStateMachines } from '../../src/aws/state-machines/state-machines.ts';
import { createTraining } from '../../src/aws/training/training.ts';
import { OpsError } from '../../src/errors.ts';
import type { ActionPorts } from '../../src/playbooks/define/action-ports.ts';
import { attemptKeyOf } from '../../src/ports/calls.ts';
import { approvedFixes } from '../../src/training-data/fix/approved-fixes.ts';
import { planFix } from '../../src/training-data/fix/plan/plan-fix.ts';
import { runFix } from '../../src/training-data/fix/run-fix.ts';
import { type RegionUnderTest, silent, startRegionUnderTest } from '../aws/a-region.ts';
import { checkpointFolders } from '../aws/checkpoint-folders.ts';
import { type SteppedIncident, stepThrough } from '../support/a-step-run.ts';
import { fakeLocations } from '../support/fake-locations.ts';
import { fakePorts } from '../support/fake-ports.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { gsm8kRows, jsonl } from '../training-data/a-data-set.ts';
import { type Change, changes, checkpoint, data, launch, machine, playbookOf } from './changes-in-aws.ts';

/** The adapters with the real SDK; the oracle is the ledger of the stand-in Region. */
describe('a change whose response was lost', () => {
  let redis: TestRedis;
  let region: RegionUnderTest;
  let incidents = 0;

  beforeAll(async () => {
    redis = await startRedis();
    region = await startRegionUnderTest();
    const folders = checkpointFolders(region);
    await folders.put(checkpoint, { 'trainer_state.json': '{}' });
    await folders.put(data, { 'a.jsonl': jsonl(gsm8kRows(20)).toString() });
  });
  afterEach(async () => region.calm());
  afterAll(async () => {
    await region.close();
    await redis.close();
  });

  function ports(): ActionPorts {
    const { clients } = region;
    const datasets = createDatasets(clients.s3);
    const fixes = {
      plan: async (one: Parameters<typeof planFix>[0]) => planFix(one, datasets),
      run: async (...[one, by]: [Parameters<typeof runFix>[0], Parameters<typeof runFix>[1]]) =>
        runFix(one, by, { datasets, fixedData: createFixedData(clients.s3) }),
    };
    const training = createTraining(clients.sagemaker, silent);
    const bucket = ['s3://srl-rlvr-training/'] as const;
    return {
      ...fakePorts(),
      locations: fakeLocations(training, () => [], {
        prefixes: { checkpoints: bucket, data: bucket, output: bucket },
      }),
      caps: { instanceTypes: ['ml.p4d.24xlarge', 'ml.g5.2xlarge'], instanceCount: 64, volumeGb: 10_000 },
      training,
      models: createModels(clients),
      stateMachines: createStateMachines(clients.stepFunctions, [machine]),
      checkpoints: createCheckpoints(clients.s3, silent),
      datasets,
      dataFixes: approvedFixes(fixes, datasets),
    };
  }

  const deny = async (change: Change): Promise<void> =>
    region.disturb({ ...change.lookup, kind: 'access-denied', count: 1_000 });

  async function approvedChange(
    change: Change,
    beforeSend = async (): Promise<void> => undefined,
    deps: Parameters<typeof stepThrough>[2] = {},
  ): Promise<SteppedIncident> {
    const all = ports();
    incidents += 1;
    // Names in AWS come from the incident.
    const opening = { incident: `rl-outcome-${incidents}` };
    const started = { portsFor: () => all, ...deps };
    const stepped = await stepThrough(redis, playbookOf(change, beforeSend), started, { opening });
    await stepped.runDue();
    const state = (await stepped.store.load(stepped.id)).states['changed'];
    if (state?.status !== 'proposed') throw new Error(`the change is ${state?.status}`);
    const by = { user: 'U0LEAD', via: 'button' } as const;
    await stepped.events({ type: 'step-approved', step: 'changed', attempt: 1, hash: state.hash, by });
    return stepped;
  }
  const stateOf = async ({ store, id }: SteppedIncident) => (await store.load(id)).states['changed'];

  it.each(Object.entries(changes))(
    'is not called failed while the lookup is denied, and is made once: %s',
    async (_, change) => {
      const before = (await region.committed(change.operation)).length;
      let sending = change.looksBefore !== true;
      const stepped = await approvedChange(change, async () => {
        if (sending) await deny(change);
        sending = false;
      });
      const service = change.lookup.service;
      await region.disturb({ service, operation: change.operation, kind: 'drop-after', count: 1 });
      if (change.operation === 'CopyObject') await deny(change);

      await stepped.runDue();
      await deny(change);
      for (const _run of [1, 2, 3]) await stepped.runDue();

      const state = await stateOf(stepped);
      if (state?.status !== 'done')
        expect(state).toMatchObject({
          status: 'changing',
          note: expect.stringMatching(
            /^AWS may have carried out the change, and Relight cannot see yet .*AWS denies Relight this call: .*Relight keeps looking/,
          ) as unknown,
        });
      await region.calm();
      await stepped.runDue();

      expect(await stateOf(stepped)).toMatchObject({ status: 'done' });
      const sent = (await region.committed(change.operation)).slice(before);
      expect(new Set(sent.map(({ request }) => JSON.stringify(request))).size).toBe(sent.length);
    },
  );

  it('fails at once if AWS refuses the call itself', async () => {
    const stepped = await approvedChange(launch);
    await region.disturb({
      service: 'sagemaker',
      operation: 'CreateTrainingJob',
      kind: 'access-denied',
      count: 1,
    });

    await stepped.runDue();

    expect(await stateOf(stepped)).toMatchObject({ status: 'failed', code: 'aws-denied' });
  });

  it('is adopted by the next worker although the vault is away, and nothing is sent without its intent', async () => {
    let away = false;
    const vault = vaultThat(() => away);
    const stepped = await approvedChange(launch, async () => deny(launch), { vault });
    const service = 'sagemaker';
    await region.disturb({ service, operation: 'CreateTrainingJob', kind: 'drop-before', count: 1 });
    await stepped.runDue();
    away = true;
    await region.calm();

    await stepped.runDue();

    expect(await stateOf(stepped)).toMatchObject({
      status: 'changing',
      note: expect.stringContaining('AWS denies Relight this call: PutObject of the intent') as unknown,
    });
    expect(await launchesOf(stepped)).toBe(0);
    away = false;
    await region.calm();
    await region.disturb({ service, operation: 'CreateTrainingJob', kind: 'drop-after', count: 1 });
    await stepped.runDue();
    await region.calm();
    away = true;
    await stepped.runDue();

    expect(await stateOf(stepped)).toMatchObject({ status: 'done' });
    expect(await launchesOf(stepped)).toBe(1);
  });

  async function launchesOf({ id }: SteppedIncident): Promise<number> {
    const key = attemptKeyOf({ incident: id, step: 'changed', attempt: 1 });
    const calls = await region.committed('CreateTrainingJob');
    return calls.filter(({ request }) => String(request['TrainingJobName']).endsWith(key.id)).length;
  }
});

/** Refuses intents while it is away. */
function vaultThat(isAway: () => boolean): Vault {
  return {
    writeIntent: async () => {
      if (isAway()) throw new OpsError('aws-denied', 'PutObject of the intent');
    },
    writeResult: async () => undefined,
    writeFile: async () => undefined,
    writeDeadLetter: async () => undefined,
  };
}
