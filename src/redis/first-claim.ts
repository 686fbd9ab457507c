import type { Redis } from 'ioredis';
import type { SeenMessages } from '../alarms/sns/webhook.ts';
import { key } from './keys.ts';

/** True for the first caller with this id within the lifetime, across all processes. */
export type FirstClaim = (id: string) => Promise<boolean>;

export function createFirstClaim(redis: Redis, seconds: number): FirstClaim {
  return async (id) => (await redis.set(key('once', id), '1', 'EX', seconds, 'NX')) === 'OK';
}

/** Far longer than a message stays fresh, so that none is forgotten while it would still be accepted. */
const seenSeconds = 24 * 60 * 60;

/** Unlike a claim, an id is added after the work is done: a message whose handling failed must come again. */
export function createSeenMessages(redis: Redis): SeenMessages {
  return {
    has: async (id) => (await redis.exists(key('seen-message', id))) === 1,
    add: async (id) => void (await redis.set(key('seen-message', id), '1', 'EX', seenSeconds)),
  };
}
