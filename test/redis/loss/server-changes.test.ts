import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createServerChanges } from '../../../src/redis/loss/server-changes.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { until } from '../../support/until.ts';

/** Another server may lack the last writes, so messages without a record are looked up in Slack before they are posted. */
describe('whether another Redis server took over', () => {
  let redis: TestRedis;
  let time = 1_000;
  const clock = { now: () => time };

  beforeEach(async () => {
    redis = await startRedis(['--appendonly', 'yes', '--appendfsync', 'always']);
  });
  afterEach(async () => redis.close());

  it('is known after a restart, to every process, and only since then', async () => {
    const [one, other] = [createServerChanges(redis.client, clock), createServerChanges(redis.client, clock)];
    expect([await one(), await other()]).toEqual([0, 0]);

    time = 2_000;
    await redis.crash();
    await redis.restart();
    await until(() => redis.client.status === 'ready', 'the client to connect again');

    expect(await one()).toBe(2_000);
    time = 3_000;
    expect([await one(), await other()]).toEqual([2_000, 2_000]);
  });

  it('is not confused with a connection that was lost', async () => {
    const changedAt = createServerChanges(redis.client, clock);
    await changedAt();

    redis.client.disconnect(true);
    await until(() => redis.client.status === 'ready', 'the client to connect again');

    expect(await changedAt()).toBe(0);
  });
});
