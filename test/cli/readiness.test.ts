import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { restoreRecorded } from '../support/recorded.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { goodEnvironment, type Ran, runRelight } from '../support/run-relight.ts';

describe('relight readiness', () => {
  let redis: TestRedis;
  const run = async (...args: string[]): Promise<Ran> =>
    runRelight(['readiness', ...args], { ...goodEnvironment, REDIS_URL: redis.url });

  beforeEach(async () => {
    redis = await startRedis();
    await restoreRecorded(redis.client, 'spot-interruption-to-its-postmortem');
  });
  afterEach(async () => redis.close());

  it('lists playbooks that were never drilled, each with the command that starts its drill, and exits 1', async () => {
    const { code, out } = await run();

    expect(code).toBe(1);
    expect(out).toMatch(/- “[^”]+”: never drilled\. Fix: \/relight drill spot-interruption/);
  });
});
