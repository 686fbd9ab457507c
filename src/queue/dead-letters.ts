import type { Redis } from 'ioredis';

/** A message that could not be understood, kept whole so that nothing is lost. */
export interface DeadLetter {
  readonly id: string;
  readonly at: number;
  readonly reason: string;
  readonly body: string;
}

export interface DeadLetters {
  /** Keeping the same message twice keeps one. */
  readonly keep: (letter: DeadLetter) => Promise<void>;
  readonly count: () => Promise<number>;
}

const key = '{relight}:dead-letters';

export function createDeadLetters(redis: Redis): DeadLetters {
  return {
    keep: async (letter) => {
      await redis.hset(key, letter.id, JSON.stringify(letter));
    },
    count: async () => redis.hlen(key),
  };
}
