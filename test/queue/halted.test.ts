import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Halt } from '../../src/incidents/halt/halts.ts';
import { playbook } from '../../src/playbooks/catalog/spot-interruption.ts';
import type { StepState } from '../../src/playbooks/runner.ts';
import { type SteppedIncident, stepThrough } from '../support/a-step-run.ts';
import { putCheckpoint } from '../support/a-training-run.ts';
import { aJob } from '../support/fake-ports.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

/** The steps of the playbook for lost spot capacity, run by a worker on S3 and SageMaker in memory. */
describe('an approved change while all changes are halted', () => {
  let redis: TestRedis;
  let stepped: SteppedIncident;
  let halt: Halt | undefined;
  /** How many times the worker may look before changes are halted. */
  let looksLeft: number;
  const halted: Halt = { source: 'variable', why: 'bad image', at: 1 };

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    halt = undefined;
    looksLeft = Number.POSITIVE_INFINITY;
    const current = async (): Promise<Halt | undefined> => {
      looksLeft -= 1;
      return looksLeft < 0 ? halted : halt;
    };
    stepped = await stepThrough(redis, playbook, { halts: { current } });
    stepped.ports.training.put(aJob());
    putCheckpoint(stepped.ports.checkpoints, 1300, 5);
    putCheckpoint(stepped.ports.checkpoints, 1200, 35);
  });

  const state = async (): Promise<StepState | undefined> =>
    (await stepped.store.load('rl-test1234')).states['resumed'];

  async function approve(): Promise<void> {
    await stepped.runDue();
    const present = await state();
    if (present?.status !== 'proposed') throw new Error(`resumed is ${JSON.stringify(present)}`);
    const { hash, attempt } = present;
    const by = { user: 'U0LEAD', via: 'button' } as const;
    await stepped.events({ type: 'step-approved', step: 'resumed', attempt, hash, by });
  }

  it('does not begin, keeps its approval, and is carried out once changes resume', async () => {
    await approve();
    halt = halted;
    await stepped.runDue();
    expect(await state()).toMatchObject({ status: 'proposed', approvals: [{ by: 'U0LEAD' }] });
    expect(stepped.vaultIntents).toEqual([]);

    halt = undefined;
    await stepped.runDue();
    expect(stepped.ports.training.launches).toHaveLength(1);
  });

  it('is proposed while halted, because reading goes on', async () => {
    halt = halted;
    await stepped.runDue();
    expect(await state()).toMatchObject({ status: 'proposed' });
  });

  it('that has begun sends nothing more, says that it waits, and continues from there', async () => {
    await approve();
    // It begins, and changes are halted before the launch.
    looksLeft = 1;
    await stepped.runDue();
    expect(await state()).toMatchObject({
      status: 'changing',
      note: 'Waiting, because all changes are halted: bad image (by RELIGHT_HALT)',
    });
    expect(stepped.ports.training.launches).toEqual([]);

    looksLeft = Number.POSITIVE_INFINITY;
    await stepped.runDue();
    expect(stepped.ports.training.launches).toHaveLength(1);
  });

  it('asks for a new approval if the old one lapsed meanwhile, and sends nothing', async () => {
    await approve();
    halt = halted;
    await stepped.runDue();
    stepped.ports.time.now += 16 * 60_000;
    halt = undefined;
    await stepped.sweep();
    await stepped.runDue();
    expect(await state()).toMatchObject({ status: 'proposed', approvals: [] });
    expect(stepped.ports.training.launches).toEqual([]);
  });
});
