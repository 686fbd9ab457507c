import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createReauthorize } from '../../src/bot/access/reauthorize.ts';
import { Settings } from '../../src/config/settings.ts';
import { playbook } from '../../src/playbooks/catalog/spot-interruption.ts';
import type { StepState } from '../../src/playbooks/runner.ts';
import { type SteppedIncident, stepThrough } from '../support/a-step-run.ts';
import { folderOf, putCheckpoint } from '../support/a-training-run.ts';
import { exampleSettings } from '../support/core.ts';
import { aJob } from '../support/fake-ports.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

const minute = 60_000;
const by = { user: 'U0BREAKER', via: 'command' } as const;
const settings = Settings.parse({ ...exampleSettings(), break_glass: { users: [by.user] } });

/** A change that was approved with a broken glass by a person without any role, run by a worker. */
describe('a change with a broken glass', () => {
  let redis: TestRedis;
  let stepped: SteppedIncident;
  let person: 'member' | 'deleted';

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    person = 'member';
    const readAt = Number.MAX_SAFE_INTEGER;
    const directory = {
      membership: async () =>
        ({ kind: 'found', person, groups: [], unreadable: [], channel: 'internal', readAt }) as const,
    };
    const clock = { now: () => readAt };
    stepped = await stepThrough(redis, playbook, {
      policyOf: () => ({ role: 'lead', needs: 2, others: true }),
      reauthorize: createReauthorize({ directory, settings, clock }),
    });
    const { ports } = stepped;
    ports.training.put(aJob());
    putCheckpoint(ports.checkpoints, 1300, 5);
    putCheckpoint(ports.checkpoints, 1200, 35);
    await stepped.runDue();
  });

  async function proposed(): Promise<Extract<StepState, { status: 'proposed' }>> {
    const state = (await stepped.store.load(stepped.id)).states['resumed'];
    if (state?.status !== 'proposed') throw new Error(`resumed is ${JSON.stringify(state)}`);
    return state;
  }

  async function approveWithGlass(afterMinutes = 0): Promise<void> {
    const at = stepped.ports.clock.now();
    await stepped.events({
      type: 'glass-broken',
      why: 'nobody answers',
      until: at + 30 * minute,
      by,
      call: { users: [], groups: [] },
    });
    stepped.ports.time.now += afterMinutes * minute;
    const { attempt, hash } = await proposed();
    const glassAt = (await stepped.store.load(stepped.id)).glass?.at ?? 0;
    await stepped.events({ type: 'step-approved', step: 'resumed', attempt, hash, by, glassAt });
  }

  it('is carried out without the two leads that it needs, and the glass is used up', async () => {
    await approveWithGlass();
    await stepped.runDue();

    expect(stepped.ports.training.launches).toHaveLength(1);
    expect((await stepped.store.load(stepped.id)).glass).toMatchObject({ usedFor: 'resumed' });
  });

  it('is not carried out once the 30 minutes are over, and then needs both leads again', async () => {
    await approveWithGlass(29);
    stepped.ports.time.now += 2 * minute;
    await stepped.runDue();

    expect(stepped.ports.training.launches).toEqual([]);
    expect(await proposed()).toMatchObject({ needs: 2, approvals: [] });
  });

  it('is not carried out if the person’s account was deactivated meanwhile', async () => {
    await approveWithGlass();
    person = 'deleted';
    await stepped.runDue();

    expect(stepped.ports.training.launches).toEqual([]);
    expect(await proposed()).toMatchObject({ needs: 2, approvals: [] });
  });

  it('is not carried out on a checkpoint that changed after the approval: the new request needs its approvers', async () => {
    await approveWithGlass();
    stepped.ports.checkpoints.change(`${folderOf(1300)}model.safetensors`, (bytes) => bytes.subarray(0, 100));
    await stepped.runDue();

    expect(stepped.ports.training.launches).toEqual([]);
    expect(await proposed()).toMatchObject({ attempt: 2, needs: 2, approvals: [] });
  });
});
