import type { Redis } from 'ioredis';

/** Since when, and at how many looks in a row, the checkpoints of a job could not be read. */
export interface UnreadableLooks {
  readonly since: number;
  readonly looks: number;
}

/** Looks with more than this between them are not in a row: the watch itself was down. */
const rowSeconds = 3_600;

export function createUnreadable(redis: Redis): {
  readonly add: (job: string, at: number) => Promise<UnreadableLooks>;
  readonly clear: (job: string) => Promise<void>;
} {
  const keyOf = (job: string): string => `{relight}:unreadable:${job}`;
  return {
    add: async (job, at) => {
      const key = keyOf(job);
      await redis.hsetnx(key, 'since', at);
      const looks = await redis.hincrby(key, 'looks', 1);
      await redis.expire(key, rowSeconds);
      return { since: Number(await redis.hget(key, 'since')), looks };
    },
    clear: async (job) => {
      await redis.del(keyOf(job));
    },
  };
}
