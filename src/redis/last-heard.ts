import type { Redis } from 'ioredis';
import type { Heartbeats } from '../alarms/watch/heartbeats.ts';
import { key } from './keys.ts';

const lastKey = key('heard');
const silenceKey = key('silent');

export function createHeartbeats(redis: Redis): Heartbeats {
  return {
    beat: async (source, now) => void (await redis.hset(lastKey, source, now)),
    last: async (source) => numberIn(await redis.hget(lastKey, source)),
    silence: async (source) => numberIn(await redis.hget(silenceKey, source)),
    setSilence: async (source, since) => {
      await (since === undefined ? redis.hdel(silenceKey, source) : redis.hset(silenceKey, source, since));
    },
  };
}

function numberIn(kept: string | null): number | undefined {
  return kept === null ? undefined : Number(kept);
}
