import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { playbook } from '../bot/a-playbook.ts';
import { type SteppedIncident, stepThrough } from '../support/a-step-run.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

const by = { user: 'U0LEAD', via: 'button' } as const;

describe('a paused incident', () => {
  let redis: TestRedis;
  let stepped: SteppedIncident;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());

  const stateOf = async (step: string) => (await stepped.store.load(stepped.id)).states[step];
  const pause = async (): Promise<void> => stepped.events({ type: 'paused', why: 'wait', by });
  const approve = async (): Promise<void> => {
    const state = await stateOf('resumed');
    const hash = state?.status === 'proposed' ? state.hash : '';
    await stepped.events({ type: 'step-approved', step: 'resumed', attempt: 1, hash, by });
  };

  it('starts no step, and continues with the same step once it is resumed', async () => {
    stepped = await stepThrough(redis, playbook);
    await pause();
    await stepped.runDue();
    expect(await stateOf('found')).toBeUndefined();

    await stepped.events({ type: 'unpaused', by });
    await stepped.runDue();
    expect(await stateOf('found')).toMatchObject({ status: 'done' });
    expect(await stateOf('resumed')).toMatchObject({ status: 'proposed', attempt: 1 });
  });

  it('does not begin a change that was approved before the pause, not even when the pause comes at the last check', async () => {
    let atLastCheck: (() => Promise<void>) | undefined;
    stepped = await stepThrough(redis, playbook, {
      reauthorize: async () => {
        await atLastCheck?.();
        return undefined;
      },
    });
    await stepped.runDue();
    await approve();
    atLastCheck = async () => {
      atLastCheck = undefined;
      await pause();
    };

    await stepped.runDue();

    expect(await stateOf('resumed')).toMatchObject({ status: 'proposed' });
    expect(stepped.vaultIntents).toEqual([]);
    await stepped.events({ type: 'unpaused', by });
    await stepped.runDue();
    expect(await stateOf('resumed')).toMatchObject({ status: 'done' });
    expect(stepped.vaultIntents).toHaveLength(1);
  });

  it('follows a change to its end that began before the pause, and stops its clock when training runs', async () => {
    stepped = await stepThrough(redis, playbook);
    await stepped.runDue();
    await approve();
    const state = await stateOf('resumed');
    const hash = state?.status === 'proposed' ? state.hash : '';
    await stepped.events({ type: 'step-begun', step: 'resumed', attempt: 1, hash });
    await pause();

    await stepped.runDue();

    expect(await stateOf('resumed')).toMatchObject({ status: 'done' });
    expect((await stepped.store.load(stepped.id)).recovered).toBeDefined();
    expect((await stepped.store.load(stepped.id)).closed).toBeUndefined();
  });

  it('refuses an approval in its journal, whatever wrote it', async () => {
    stepped = await stepThrough(redis, playbook);
    await stepped.runDue();
    await pause();

    await expect(approve()).rejects.toThrow(/paused/);
  });
});
