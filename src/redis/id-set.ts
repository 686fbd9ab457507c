import type { Redis } from 'ioredis';
import type { IdSet } from '../incidents/holds/holds.ts';
import type { Clock } from '../ports/ports.ts';
import { key } from './keys.ts';

/** Forgets an id `keptMs` after it was last added. */
export function createIdSet(
  redis: Redis,
  clock: Clock,
  name: 'held' | 'snoozed' | 'followed' | 'paged' | 'unarchived' | 'home-readers',
  keptMs: number,
): IdSet {
  const setKey = key(name);
  return {
    add: async (id) => {
      await redis.zadd(setKey, clock.now(), id);
      await redis.zremrangebyscore(setKey, '-inf', clock.now() - keptMs);
    },
    all: async () => redis.zrangebyscore(setKey, clock.now() - keptMs, '+inf'),
    drop: async (id) => void (await redis.zrem(setKey, id)),
  };
}
