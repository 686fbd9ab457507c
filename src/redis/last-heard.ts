import type { Redis } from 'ioredis';

const lastKey = '{relight}:heard';
const silenceKey = '{relight}:silent';

/** When each source of alarms was last heard, and which silence was announced. */
export interface Heartbeats {
  readonly beat: (source: string, now: number) => Promise<void>;
  readonly last: (source: string) => Promise<number | undefined>;
  readonly silence: (source: string) => Promise<number | undefined>;
  readonly setSilence: (source: string, since: number | undefined) => Promise<void>;
}

export function createHeartbeatStore(redis: Redis): Heartbeats {
  return {
    beat: async (source, now) => {
      await redis.hset(lastKey, source, now);
    },
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
