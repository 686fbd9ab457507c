import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDeadLetters, type DeadLetter } from '../../src/redis/dead-letters.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

describe('dead letters beyond the limit', () => {
  const limit = 300;
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());

  it('move to the archive in batches, oldest first, and stay in Redis until they are archived', async () => {
    const letters = createDeadLetters(redis.client, limit);
    const keep = (n: number) =>
      letters.keep({ id: `m-${n}`, at: 1_000 - n, reason: 'unreadable', body: '{"half": ', path: 'sqs' });
    const archived: DeadLetter[] = [];
    const archive = async (letter: DeadLetter) => void archived.push(letter);
    for (let n = 0; n < limit; n += 1) await keep(n);

    await letters.archiveOldest(archive);
    expect(archived).toEqual([]);

    await keep(limit);
    await expect(letters.archiveOldest(() => Promise.reject(new Error('S3 is down')))).rejects.toThrow();
    expect(await letters.count()).toBe(limit + 1);

    await letters.archiveOldest(archive);
    expect(archived.map(({ at }) => at)).toEqual(Array.from({ length: 100 }, (_, n) => 700 + n));
    expect(await letters.count()).toBe(limit - 99);
  });
});
