import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RelightProcess } from '../../sandbox/relight-process.ts';
import { until } from '../support/until.ts';
import { createWorld, type World } from '../support/world.ts';

interface Ready {
  readonly status: number;
  readonly says: Readonly<Record<string, string>>;
}

/** A load balancer that asks for longer takes the process for dead. */
const answerMs = 3_000;
const noticeMs = 8_000;

describe('/readyz while Redis is in trouble', () => {
  let world: World;
  let relight: RelightProcess;

  beforeAll(async () => {
    world = await createWorld();
    relight = await world.start('all');
    await untilReady();
  });
  afterEach(async () => untilReady());
  afterAll(async () => world.close());

  async function readiness(): Promise<Ready> {
    const port = /port (\d+)/.exec(relight.output())?.[1] ?? '';
    const response = await fetch(`http://127.0.0.1:${port}/readyz`, {
      signal: AbortSignal.timeout(answerMs),
    });
    return { status: response.status, says: (await response.json()) as Ready['says'] };
  }

  async function metrics(): Promise<string> {
    const port = /port (\d+)/.exec(relight.output())?.[1] ?? '';
    return (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  }

  async function untilReady(): Promise<void> {
    await until(async () => (await readiness()).status === 200, '/readyz to be green again', 40_000);
  }

  async function whileNotReady(): Promise<string> {
    const { says } = await until(
      async () => {
        const ready = await readiness();
        return ready.status === 503 && ready.says['redis'] !== 'ok' && ready;
      },
      '/readyz to be red',
      noticeMs,
    );
    return says['redis'] ?? '';
  }

  it('is red with the address of the primary on a replica that refuses writes, and green again after its promotion', async () => {
    await world.redis.client.call('REPLICAOF', '127.0.0.1', '1');

    expect(await whileNotReady()).toMatch(
      /accepts no writes: REDIS_URL points at a replica of 127\.0\.0\.1:1\. Point REDIS_URL/,
    );

    await world.redis.client.call('REPLICAOF', 'NO', 'ONE');
  });

  it('is red on full memory and names maxmemory, and green again after it was raised', async () => {
    await world.redis.client.config('SET', 'maxmemory', '1mb');

    expect(await whileNotReady()).toMatch(/out of memory and refuses writes.* Raise maxmemory/);

    await world.redis.client.config('SET', 'maxmemory', '0');
  });

  it('is red on a wrong eviction policy, and green again after it was corrected', async () => {
    await world.redis.client.config('SET', 'maxmemory-policy', 'allkeys-lru');

    expect(await whileNotReady()).toMatch(/maxmemory-policy is allkeys-lru/);

    await world.redis.client.config('SET', 'maxmemory-policy', 'noeviction');
  });

  it('is red within its 3 seconds while Redis hangs, and green again when it continues', async () => {
    world.redis.suspend();

    expect(await whileNotReady()).toMatch(/Redis does not answer.*no answer within 2 s/);
    expect(await metrics()).toContain('relight_ready{check="redis"} 0');

    world.redis.resume();
  });

  it('is green only after a canary went through the queue of each worker of the process', async () => {
    const { says } = await readiness();

    const canaries = Object.entries(says).filter(([name]) => name.endsWith('canary'));
    expect(canaries.map(([name]) => name).toSorted()).toEqual([
      'relight-data canary',
      'relight-messages canary',
      'relight-steps canary',
      'relight-sweep canary',
      'relight-watch canary',
    ]);
    expect(new Set(canaries.map(([, result]) => result))).toEqual(new Set(['ok']));
    expect(await metrics()).toContain('relight_ready{check="relight-steps canary"} 1');
  });
});
