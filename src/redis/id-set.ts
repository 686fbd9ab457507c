import type { Redis } from 'ioredis';
import type { IdSet } from '../incidents/holds/holds.ts';
import type { Clock } from '../ports/ports.ts';

/** Ids are forgotten so long after they were added last. */
export function createIdSet(redis: Redis, clock: Clock, name: 'held' | 'snoozed', keptMs: number): IdSet {
  const key = `{relight}:${name}`;
  return {
    add: async (id) => {
      await redis.zadd(key, clock.now(), id);
      await redis.zremrangebyscore(key, '-inf', clock.now() - keptMs);
    },
    all: async () => redis.zrangebyscore(key, clock.now() - keptMs, '+inf'),
    drop: async (id) => void (await redis.zrem(key, id)),
  };
}
