import type { Redis } from 'ioredis';
import type { FallbackLedger } from '../../incidents/charge/fallback-states.ts';
import { key } from '../keys.ts';

const toldKey = key('fallback-told');
const outageKey = key('fallback-outage');

/** What was sent past Slack during the present outage. It is forgotten when the outage is over. */
export function createFallbackLedger(redis: Redis): FallbackLedger {
  return {
    outage: async () => {
      const since = await redis.get(outageKey);
      return since === null ? undefined : Number(since);
    },
    begin: async (since) => {
      const before = await redis.set(outageKey, since, 'NX', 'GET');
      return before === null ? since : Number(before);
    },
    told: async () => new Set(await redis.smembers(toldKey)),
    note: async (message) => void (await redis.sadd(toldKey, message)),
    end: async () => void (await redis.del(toldKey, outageKey)),
  };
}
