import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLimiter } from '../../src/queue/limiter.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

describe('the budget of messages for the incident channel', () => {
  let redis: TestRedis;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());

  it('lets a button through while news of progress waits, and is one budget for all processes', async () => {
    const [mine, theirs] = [createLimiter(redis.client, 'C1', 0.8), createLimiter(redis.client, 'C1', 0.8)];
    const news = await Promise.all(
      [mine, theirs, mine, theirs, mine, theirs].map((limiter) => limiter.take('progress')),
    );

    expect(news).toEqual([0, 0, 0, 0, 0, 0]);
    expect(await mine.take('result')).toBeGreaterThan(0);
    expect(await theirs.take('decision')).toBe(0);
    expect(await mine.take('decision')).toBe(0);
    expect(await theirs.take('decision')).toBeGreaterThan(0);
  });

  it('counts each channel by itself', async () => {
    const one = createLimiter(redis.client, 'C2', 0.1);
    const other = createLimiter(redis.client, 'C3', 0.1);

    expect(await one.take('progress')).toBe(0);
    expect(await one.take('progress')).toBeGreaterThan(0);
    expect(await other.take('progress')).toBe(0);
  });
});
