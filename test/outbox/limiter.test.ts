import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLimiter, type Limiter } from '../../src/outbox/limiter.ts';
import type { Urgency } from '../../src/outbox/outbox.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

describe('the budget of messages for the incident channel', () => {
  let redis: TestRedis;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => void (await redis.client.flushall()));

  /** Takes all that there is just now, and says how much that was. */
  async function takeAll(limiter: Limiter, urgency: Urgency): Promise<number> {
    for (let taken = 0; ; taken += 1) if ((await limiter.take(`t-${taken}`, urgency)) > 0) return taken;
  }

  it('lets a decision through while progress messages wait, and is shared by all processes', async () => {
    const [mine, theirs] = [createLimiter(redis.client, 'C1', 0.8), createLimiter(redis.client, 'C1', 0.8)];
    expect(await mine.take('rl-1', 'progress')).toBe(0);
    expect(await theirs.take('rl-2', 'progress')).toBe(0);
    expect(await mine.take('rl-3', 'result')).toBe(0);

    expect(await theirs.take('rl-4', 'result')).toBeGreaterThan(0);
    expect(await mine.take('rl-5', 'decision')).toBe(0);
    expect(await theirs.take('rl-6', 'decision')).toBeGreaterThan(0);
  });

  it('goes to the most urgent message, not to the first', async () => {
    const limiter = createLimiter(redis.client, 'C1', 4);
    await takeAll(limiter, 'decision');
    const asked: readonly Urgency[] = ['progress', 'result', 'decision', 'announcement', 'awaited'];
    const waiting = new Set(asked);
    const order: Urgency[] = [];

    await until(async () => {
      for (const urgency of waiting)
        if ((await limiter.take(`rl-${urgency}`, urgency)) === 0) {
          order.push(urgency);
          waiting.delete(urgency);
        }
      return waiting.size === 0;
    }, 'all to be let through');
    expect(order).toEqual(asked.toReversed());
  });

  it('is never exceeded, no matter how many threads ask', async () => {
    const limiter = createLimiter(redis.client, 'C1', 4);
    const start = performance.now();
    const burst = 20;
    let taken = 0;
    await until(async () => {
      taken += await takeAll(limiter, 'decision');
      return performance.now() - start > 1_000 && taken >= burst + 3;
    }, 'what is agreed to be there, second by second');

    expect(taken).toBeLessThanOrEqual(burst + 4 * Math.ceil((performance.now() - start) / 1_000));
  });

  it('does not wait long for a thread that was next and never asks again', async () => {
    const limiter = createLimiter(redis.client, 'C1', 1);
    await takeAll(limiter, 'decision');
    await redis.client.del('{relight}:slack-waiting:C1', '{relight}:slack-seen:C1');
    expect(await limiter.take('rl-dead', 'awaited')).toBeGreaterThan(0);
    const start = performance.now();

    await until(async () => (await limiter.take('rl-alive', 'decision')) === 0, 'the other thread');
    expect(performance.now() - start).toBeLessThan(4_000);
  });

  it('is closed to all threads while Slack asks for a pause', async () => {
    const [mine, theirs] = [createLimiter(redis.client, 'C1', 0.8), createLimiter(redis.client, 'C1', 0.8)];
    await mine.pauseFor(30_000);
    await mine.pauseFor(1_000);

    expect(await theirs.take('rl-1', 'awaited')).toBeGreaterThan(29_000);
  });

  it('is counted per channel', async () => {
    const [one, other] = [createLimiter(redis.client, 'C2', 0.1), createLimiter(redis.client, 'C3', 0.1)];

    expect(await one.take('rl-1', 'progress')).toBe(0);
    expect(await one.take('rl-1', 'progress')).toBeGreaterThan(0);
    expect(await other.take('rl-1', 'progress')).toBe(0);
  });
});
