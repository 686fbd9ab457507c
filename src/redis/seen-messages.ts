import type { Redis } from 'ioredis';

/** Which messages were recorded, among all processes. */
export interface SeenMessages {
  readonly has: (id: string) => Promise<boolean>;
  readonly add: (id: string) => Promise<void>;
}

/** Far longer than a message stays fresh, so that none is forgotten while it would still pass. */
const seconds = 24 * 60 * 60;

const key = (id: string): string => `{relight}:seen-message:${id}`;

export function createSeenMessages(redis: Redis): SeenMessages {
  return {
    has: async (id) => (await redis.exists(key(id))) === 1,
    add: async (id) => {
      await redis.set(key(id), '1', 'EX', seconds);
    },
  };
}
