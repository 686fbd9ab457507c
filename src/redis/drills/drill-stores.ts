import type { Redis } from 'ioredis';
import type { DrillStores } from '../../drills/drill-store.ts';
import { key } from '../keys.ts';

/** Longer than a drill is ever open or reopened. */
const keptSeconds = 30 * 24 * 3_600;

export function createDrillStores(redis: Redis): DrillStores {
  return (incident) => {
    const hash = key('drill', incident);
    return {
      all: async () => new Map(Object.entries(await redis.hgetall(hash))),
      putOnce: async (field, value) => {
        const isFirst = (await redis.hsetnx(hash, field, value)) === 1;
        await redis.expire(hash, keptSeconds);
        return isFirst;
      },
    };
  };
}
