import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createReservations } from '../../src/redis/cap-reservations.ts';
import { createFirstClaim, createSeenMessages } from '../../src/redis/first-claim.ts';
import { key } from '../../src/redis/keys.ts';
import { createLaunches } from '../../src/redis/launches.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

describe('what processes claim in Redis', () => {
  let redis: TestRedis;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    await redis.client.flushall();
  });

  const ttlOf = async (part: string): Promise<number> => {
    const [key = ''] = await redis.client.keys(`*${part}*`);
    return redis.client.ttl(key);
  };

  it('belongs to the first caller, for as long as it was asked for', async () => {
    const claim = createFirstClaim(redis.client, 60);

    expect((await Promise.all([claim('a'), claim('a'), claim('a')])).filter(Boolean)).toHaveLength(1);
    expect(await claim('b')).toBe(true);
    expect(await claim('a')).toBe(false);
    expect(await ttlOf('once:a')).toBeGreaterThan(50);
    expect(await ttlOf('once:a')).toBeLessThanOrEqual(60);
  });

  it('is a message of SNS only after its work is done, for a day', async () => {
    const messages = createSeenMessages(redis.client);

    expect(await messages.has('m')).toBe(false);
    expect(await messages.has('m')).toBe(false);
    await messages.add('m');
    expect(await messages.has('m')).toBe(true);
    expect(await messages.has('n')).toBe(false);
    expect(await ttlOf('seen-message:m')).toBeGreaterThan(24 * 3_600 - 60);
  });

  it('tells which incident launched a job', async () => {
    const launches = createLaunches(redis.client);
    await launches.note('job-2', 'rl-1');

    expect(await launches.incidentOf('job-2')).toBe('rl-1');
    expect(await redis.client.keys('*')).toEqual([key('launched-jobs')]);
    expect(await launches.incidentOf('job-3')).toBeUndefined();
  });

  describe('for a launch under the caps', () => {
    const day = 86_400_000;
    const now = 10 * day;
    const wanted = (id: string, changes: object = {}) => ({
      id,
      incident: 'rl-1',
      step: 'resumed',
      attempt: 1,
      job: `job-${id}`,
      at: now,
      usd: 10,
      ...changes,
    });
    const limits = { since: now - day, concurrentJobs: 2, spendPerDayUsd: 30 };

    it('is reserved until a cap is used up, which is named', async () => {
      const reservations = createReservations(redis.client);

      expect(await reservations.reserve(wanted('a'), limits)).toBeUndefined();
      expect(await reservations.reserve(wanted('b', { usd: 20 }), limits)).toBeUndefined();
      expect(await reservations.reserve(wanted('c', { usd: 0 }), limits)).toBe('concurrent_jobs');
      expect(await reservations.reserve(wanted('a'), limits)).toBeUndefined();
      await reservations.end(wanted('a'));
      expect(await reservations.reserve(wanted('c', { usd: 1 }), limits)).toBe('spend_per_day_usd');
      expect(await reservations.reserve(wanted('c', { usd: 0 }), limits)).toBeUndefined();
      expect(Object.fromEntries((await reservations.all()).map(({ id, ended }) => [id, ended]))).toEqual({
        a: true,
        b: undefined,
        c: undefined,
      });
    });

    it('is found by every version of Relight', async () => {
      await createReservations(redis.client).reserve(wanted('a'), limits);

      expect(JSON.parse((await redis.client.hget(key('cap-reservations'), 'a')) ?? '')).toEqual(wanted('a'));
    });

    it('has no limit where relight.yaml has none', async () => {
      const reservations = createReservations(redis.client);
      const answers = ['a', 'b', 'c', 'd'].map(async (id) =>
        reservations.reserve(wanted(id, { usd: 1e6 }), { since: 0 }),
      );

      expect(await Promise.all(answers)).toEqual([undefined, undefined, undefined, undefined]);
    });

    it('counts money for a day, and jobs until they end or are dropped', async () => {
      const reservations = createReservations(redis.client);
      await reservations.reserve(wanted('old', { at: now - day, usd: 30 }), limits);
      await reservations.reserve(wanted('new', { usd: undefined }), limits);

      expect(await reservations.reserve(wanted('c', { usd: 0 }), limits)).toBe('concurrent_jobs');
      await reservations.drop(wanted('new'));
      expect(await reservations.reserve(wanted('c', { usd: 30 }), limits)).toBeUndefined();
      await reservations.end(wanted('old', { at: now - day }));
      await reservations.reserve(wanted('d', { usd: 0 }), limits);
      expect((await reservations.all()).map(({ id }) => id).toSorted()).toEqual(['c', 'd']);
    });
  });
});
