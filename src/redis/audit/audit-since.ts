import type { Redis } from 'ioredis';
import { key } from '../keys.ts';

/**
 * The time from which the audit channel tells decisions: the start of the process that first used it. Older decisions are
 * not told, or a new channel would begin with all of them.
 */
export function createAuditSince(redis: Redis, channel: string, startedAt: number): () => Promise<number> {
  const sinceKey = key('audit-since', channel);
  return async () => {
    await redis.set(sinceKey, startedAt, 'NX');
    return Number(await redis.get(sinceKey));
  };
}
