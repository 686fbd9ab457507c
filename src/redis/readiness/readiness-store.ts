import type { Redis } from 'ioredis';
import type { ReadinessStore } from '../../readiness/current-readiness.ts';
import { ReadinessReport } from '../../readiness/readiness.ts';
import { key } from '../keys.ts';

const readinessKey = key('readiness');

export function createReadinessStore(redis: Redis): ReadinessStore {
  return {
    read: async () => {
      const stored = await redis.hget(readinessKey, 'account');
      // A report of another version is measured again.
      return stored === null ? undefined : ReadinessReport.safeParse(JSON.parse(stored)).data;
    },
    write: async (report) => void (await redis.hset(readinessKey, 'account', JSON.stringify(report))),
    ask: async (at) => void (await redis.hset(readinessKey, 'asked', at)),
    askedAt: async () => Number((await redis.hget(readinessKey, 'asked')) ?? 0),
  };
}
