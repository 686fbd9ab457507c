import { Worker } from 'bullmq';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '../../src/log.ts';
import { type Canary, startCanary } from '../../src/queue/canary.ts';
import { createSweepCheck } from '../../src/queue/sweep.ts';
import { openQueue, settings } from '../../src/queue/watched-worker.ts';
import { start } from '../../src/queue/worker.ts';
import { key } from '../../src/redis/keys.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const log = createLog('silent');
const name = 'relight-steps';

describe('the canary of a queue', () => {
  let redis: TestRedis;
  let canary: Canary | undefined;
  let now = 0;

  beforeEach(async () => {
    redis = await startRedis();
    now = 0;
  });
  afterEach(async () => {
    await canary?.close();
    await redis.close();
  });

  function watch(isBusy = false): Canary {
    canary = startCanary({
      redis: redis.client,
      log,
      queue: name,
      worker: { isBusy: () => isBusy },
      now: () => now,
    });
    return canary;
  }

  async function waitingCanaries(): Promise<number> {
    return redis.client.llen(`{relight}:${name}:wait`);
  }

  it('turns red once no worker has taken it for 30 s, and green again when one does', async () => {
    const { check } = watch();
    await until(async () => (await waitingCanaries()) === 1, 'the canary to be sent');
    expect(await check.run()).toMatch(/no worker has taken a job from relight-steps yet/);
    now = 31_000;
    expect(await check.run()).toMatch(
      /no worker has taken a job from relight-steps for 31 s: restart the process/,
    );

    const taken: unknown[] = [];
    const worker = start(
      { redis: redis.client, log },
      name,
      1,
      (data) => data,
      async (data) => {
        taken.push(data);
        return 0;
      },
    );
    await until(async () => (await check.run()) === undefined, 'the check to be green');

    expect(taken).toEqual([]);
    await worker.close(1_000);
  });

  it('is not added a second time by other processes while it waits', async () => {
    const others = Array.from({ length: 5 }, () => watch());
    await until(async () => (await waitingCanaries()) > 0, 'a canary to be sent');
    const queue = openQueue(redis.client, log, name);
    await until(async () => (await queue.getJobCounts('wait'))['wait'] === 1, 'one canary to wait');

    expect(
      await queue.getJobCountByTypes('wait', 'delayed', 'prioritized', 'active', 'failed', 'completed'),
    ).toBe(1);
    await Promise.all(others.map(async (other) => other.close()));
    await queue.close();
  });

  it('is taken before work that waits, so that a long queue is not reported as a dead worker', async () => {
    const queue = openQueue(redis.client, log, name);
    await queue.addBulk(Array.from({ length: 50 }, () => ({ name: 'work', data: {} })));
    watch();
    await until(async () => (await waitingCanaries()) === 51, 'the canary to be sent');

    const taken: string[] = [];
    const worker = new Worker(name, async (job) => void taken.push(job.name), {
      ...settings,
      connection: redis.client,
    });
    await until(() => taken.length === 51, 'all jobs to be taken');

    expect(taken[0]).toBe('canary');
    await worker.close();
    await queue.close();
  });

  it('stays green while all slots of the worker hold work that takes long', async () => {
    const { check } = watch(true);
    await until(async () => (await waitingCanaries()) === 1, 'the canary to be sent');
    now = 120_000;

    expect(await check.run()).toBeUndefined();
  });
});

describe('the check of the sweep', () => {
  let redis: TestRedis;

  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(async () => redis.close());

  it('is red without a recent sweep', async () => {
    expect(await createSweepCheck(redis.client)()).toMatch(/no record of a recent sweep/);
  });

  it('is red 90 s after the last sweep, whatever the clock of the server says', async () => {
    let now = 0;
    const check = createSweepCheck(redis.client, () => now);
    // Without a lifetime, as if the clock of the server had been set back.
    await redis.client.set(key('swept-at'), 'a sweep');
    expect(await check()).toBeUndefined();
    now = 91_000;
    expect(await check()).toMatch(/no worker has completed a sweep recently/);

    await redis.client.set(key('swept-at'), 'the next sweep');
    expect(await check()).toBeUndefined();
  });
});
