import type { Redis } from 'ioredis';
import type { Blocklist, S3Uri } from '../ports/ports.ts';
import { redactText } from '../sanitize/redaction.ts';
import { key } from './keys.ts';

const checkpointsKey = key('struck-checkpoints');

/** Entries are permanent and shared by all incidents: a broken checkpoint does not recover. */
export function createBlocklist(redis: Redis): Blocklist {
  return {
    add: async (checkpoint, why) =>
      void (await redis.hsetnx(checkpointsKey, redactText(checkpoint), redactText(why))),
    among: async (checkpoints) => {
      if (checkpoints.length === 0) return new Map();
      const reasons = await redis.hmget(checkpointsKey, ...checkpoints.map(redactText));
      return new Map(
        checkpoints.flatMap((checkpoint, index): [S3Uri, string][] => {
          const reason = reasons[index];
          return reason === null || reason === undefined ? [] : [[checkpoint, reason]];
        }),
      );
    },
  };
}
