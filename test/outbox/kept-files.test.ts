import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asOpsError } from '../../src/errors.ts';
import { createFiles, createKeptFiles } from '../../src/outbox/kept-files.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

const day = 24 * 3_600;

describe('the files that wait for Slack', () => {
  let redis: TestRedis;
  let now: number;
  const clock = { now: () => now };
  const of = (size: number, fill: number): Uint8Array => new Uint8Array(size).fill(fill);

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    await redis.client.flushall();
    now = 1_000_000;
  });

  it('are read back byte for byte and expire after a week', async () => {
    const kept = createKeptFiles(redis.client, clock);
    const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);

    await kept.put('a', bytes);

    expect(new Uint8Array((await kept.get('a')) ?? [])).toEqual(bytes);
    expect(await redis.client.ttl('{relight}:file:a')).toBeGreaterThan(7 * day - 60);
    expect(await kept.get('b')).toBeUndefined();
  });

  it('use bounded space in Redis: the oldest are removed first, and storing a file again renews it', async () => {
    const kept = createKeptFiles(redis.client, clock, 1_000);
    for (const [name, fill] of [
      ['a', 1],
      ['b', 2],
      ['a', 1],
      ['c', 3],
    ] as const) {
      now += 1;
      await kept.put(name, of(400, fill));
    }

    expect(await kept.get('b')).toBeUndefined();
    expect(await kept.get('a')).toBeDefined();
    expect(await kept.get('c')).toBeDefined();
    expect(await redis.client.zcard('{relight}:files')).toBe(2);
  });

  it('no longer count once they are removed', async () => {
    const kept = createKeptFiles(redis.client, clock, 1_000);
    await kept.put('a', of(900, 1));
    now += 8 * day * 1_000;

    await kept.put('b', of(900, 2));

    expect(await redis.client.zrevrange('{relight}:files', 0, -1)).toEqual(['b:900']);
  });

  describe('from an action', () => {
    const files = (): ReturnType<typeof createFiles> =>
      createFiles(createKeptFiles(redis.client, clock), undefined);

    it('become a short journal record, with the same hash for the same bytes', async () => {
      const one = await files().keep('a.png', 'image/png', of(10, 1));
      const other = await files().keep('b.png', 'image/png', of(10, 1));

      expect(one).toEqual({ name: 'a.png', type: 'image/png', size: 10, sha256: other.sha256 });
      expect(JSON.stringify(one).length).toBeLessThan(200);
    });

    it('go to the vault first if there is one, so that everything the thread shows is on record', async () => {
      const order: string[] = [];
      const both = createFiles(
        {
          put: async (sha256) => {
            order.push(`redis ${sha256.slice(0, 4)}`);
          },
        },
        {
          writeFile: async (sha256, type) => {
            order.push(`vault ${sha256.slice(0, 4)} ${type}`);
          },
        },
      );

      await both.keep('a.md', 'text/markdown', new TextEncoder().encode('x'));

      expect(order).toEqual(['vault 2d71 text/markdown', 'redis 2d71']);
    });

    it.each([
      ['big.png', of(5_000_001, 1), 'big.png is 5.1 MB; the limit is 5 MB'],
      ['none.txt', of(0, 0), 'none.txt is empty'],
      ['../a b.png', of(1, 1), '../a b.png contains characters that a file name cannot have'],
    ])('are refused in one clear line when they cannot be shown: %s', async (name, bytes, detail) => {
      const refusal = await files().keep(name, 'image/png', bytes).catch(asOpsError);

      expect(refusal).toMatchObject({ code: 'file-unusable', retry: false, detail });
      expect(await redis.client.dbsize()).toBe(0);
    });

    it('may have exactly 5 MB', async () => {
      expect((await files().keep('a.png', 'image/png', of(5_000_000, 1))).size).toBe(5_000_000);
    });
  });
});
