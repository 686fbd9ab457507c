import type { Redis } from 'ioredis';
import type { Blocklist, S3Uri } from '../ports/ports.ts';
import { redactText } from '../sanitize/redaction.ts';
import { key } from './keys.ts';

const checkpointsKey = key('struck-checkpoints');

/** Kept for good, across incidents: a broken checkpoint does not heal. */
export function createBlocklist(redis: Redis): Blocklist {
  return {
    add: async (checkpoint, why) => {
      await redis.hsetnx(checkpointsKey, redactText(checkpoint), redactText(why));
    },
    among: async (checkpoints) => {
      if (checkpoints.length === 0) return new Map();
      const whys = await redis.hmget(checkpointsKey, ...checkpoints.map(redactText));
      return new Map(
        checkpoints.flatMap((checkpoint, index): [S3Uri, string][] => {
          const why = whys[index];
          return why === null || why === undefined ? [] : [[checkpoint, why]];
        }),
      );
    },
  };
}
