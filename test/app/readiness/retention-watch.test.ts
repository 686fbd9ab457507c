import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { retentionWatch } from '../../../src/app/readiness/retention-watch.ts';
import { createTestCore } from '../../support/core.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

const hour = 3_600_000;
const day = 24 * hour;

describe('the watch that removes from Redis what is over', () => {
  let redis: TestRedis;
  let now: number;

  beforeEach(async () => {
    redis = await startRedis();
    now = Date.parse('2026-10-01T12:00:00Z');
  });
  afterEach(async () => redis.close());

  const coreKept = (retention_days = 30) =>
    createTestCore(redis.client, {
      clock: { now: () => now },
      settings: (example) => ({ ...example, retention_days }),
    });

  it('runs every hour, and more often if incidents are kept for less than 4 hours', () => {
    expect(retentionWatch(coreKept(30), undefined).everyMs).toBe(hour);
    expect(retentionWatch(coreKept(0.001), undefined).everyMs).toBe(21_600);
  });

  it('removes the delivery state of a notice that expired after 30 days, and keeps that of a newer one', async () => {
    const core = coreKept();
    const [old, newer] = ['old', 'newer'];
    for (const id of [old, newer]) {
      await core.notices.add({ id, sign: 'done', headline: 'Something ended', lines: [] }, now);
      // As the delivery leaves it.
      await redis.client.hset(`{relight}:outbox:notice-${id}`, 'notice', '{}');
      await redis.client.hset('{relight}:outbox-shown', `notice-${id}`, '1-abc');
      now += 20 * day;
    }

    await retentionWatch(core, undefined).work();
    await core.close();

    const kept = await redis.client.keys('{relight}:outbox:*');
    expect(kept).toEqual([`{relight}:outbox:notice-${newer}`]);
    expect(await redis.client.hkeys('{relight}:outbox-shown')).toEqual([`notice-${newer}`]);
    expect(await redis.client.zrange('{relight}:notices', '0', '-1')).toEqual([`notice-${newer}`]);
  });
});
