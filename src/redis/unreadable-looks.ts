import type { Redis } from 'ioredis';
import type { UnreadableLooks } from '../alarms/watch/rpo-check.ts';
import { key } from './keys.ts';

/** Looks that are further apart are not consecutive: the watch itself was down in between. */
const consecutiveSeconds = 3_600;

export function createUnreadableLooks(redis: Redis): UnreadableLooks {
  return {
    add: async (job, at) => {
      const looksKey = key('unreadable', job);
      await redis.hsetnx(looksKey, 'since', at);
      const looks = await redis.hincrby(looksKey, 'looks', 1);
      await redis.expire(looksKey, consecutiveSeconds);
      return { since: Number(await redis.hget(looksKey, 'since')), looks };
    },
    clear: async (job) => void (await redis.del(key('unreadable', job))),
  };
}
