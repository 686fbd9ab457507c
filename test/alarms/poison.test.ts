import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { kinds } from './poison.ts';
import { takePoison } from './poison-property.ts';

const messages = 10_000;

describe(`any of ${messages} hostile alarm messages`, () => {
  let redis: TestRedis;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());

  it.each([
    ['each job in its own thread', undefined],
    ['many jobs in one', { jobs: 3, minutes: 20 }],
  ])('is an incident that Slack takes and that mentions nobody, or is kept; %s', async (_, outages) => {
    const { counts, taken } = await takePoison(redis.client, { messages: messages / 2, outages });

    expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(messages / 2);
    // Rejected messages are harmless, so enough must have been accepted.
    for (const outcome of ['opened', 'joined', 'calm', 'kept', 'quiet', 'late'] as const)
      expect(counts.get(outcome), outcome).toBeGreaterThan(50);
    expect([...taken].toSorted()).toEqual(Object.keys(kinds).toSorted());
  });
});
