import type { Redis } from 'ioredis';

/** What Redis holds. */
export interface Stored {
  readonly at: number;
  readonly keys: number;
  /** Keys that never expire, other than finished jobs, which BullMQ removes by number and age. */
  readonly lasting: number;
  /** Finished jobs of all queues. */
  readonly jobs: number;
  readonly megabytes: number;
}

/** A job of a queue: `{relight}:<queue>:<id>`, where the id of a step's job begins with its incident. */
const finishedJob = /^\{relight\}:relight-[a-z]+:(?:rl-|\d)/;
const batch = 500;

export async function storedIn(redis: Redis): Promise<Stored> {
  const { lasting, all } = await lastingKeys(redis);
  const used = Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1]);
  return {
    at: Date.now(),
    keys: all,
    lasting: lasting.filter((key) => !finishedJob.test(key)).length,
    jobs: lasting.filter((key) => finishedJob.test(key)).length,
    megabytes: used / 1e6,
  };
}

/** The keys that never expire, other than finished jobs, sorted. */
export async function lastingKeysIn(redis: Redis): Promise<readonly string[]> {
  return (await lastingKeys(redis)).lasting.filter((key) => !finishedJob.test(key)).toSorted();
}

async function lastingKeys(
  redis: Redis,
): Promise<{ readonly lasting: readonly string[]; readonly all: number }> {
  const lasting: string[] = [];
  let [all, cursor] = [0, '0'];
  do {
    const [next, keys] = await redis.scan(cursor, 'COUNT', batch);
    const lives = await Promise.all(keys.map(async (key) => redis.pttl(key)));
    lasting.push(...keys.filter((_, n) => lives[n] === -1));
    all += keys.length;
    cursor = next;
  } while (cursor !== '0');
  return { lasting: [...new Set(lasting)], all };
}

/** How many entries each key that never expires has, the largest first. */
export async function largestIn(
  redis: Redis,
  keys: readonly string[],
): Promise<readonly (readonly [string, number])[]> {
  const counts = await Promise.all(keys.map(async (key) => [key, await entriesIn(redis, key)] as const));
  return counts.toSorted((one, other) => other[1] - one[1]);
}

async function entriesIn(redis: Redis, key: string): Promise<number> {
  switch (await redis.type(key)) {
    case 'list':
      return redis.llen(key);
    case 'hash':
      return redis.hlen(key);
    case 'set':
      return redis.scard(key);
    case 'zset':
      return redis.zcard(key);
    case 'stream':
      return redis.xlen(key);
    default:
      return 1;
  }
}
