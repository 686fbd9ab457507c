import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { DeadLetterQueue } from '../alarms/handle-alarm.ts';
import { redactText } from '../sanitize/redaction.ts';
import { key } from './keys.ts';

/** A message that could not be used, kept for a replay. Its secrets are removed, since no rule or diagnosis needs them. */
export const DeadLetter = z.object({
  id: z.string(),
  /** When it was kept, in ms. */
  at: z.number(),
  reason: z.string(),
  body: z.string(),
  /** The intake path. Messages kept by older versions have none. */
  path: z.string().optional(),
});
export type DeadLetter = z.infer<typeof DeadLetter>;

export interface DeadLetters extends DeadLetterQueue {
  readonly count: () => Promise<number>;
  /** Oldest first. */
  readonly all: () => Promise<readonly DeadLetter[]>;
  readonly drop: (id: string) => Promise<void>;
}

const deadLettersKey = key('dead-letters');

export function createDeadLetters(redis: Redis): DeadLetters {
  return {
    keep: async (message) => {
      const { reason, body } = message;
      const kept = { ...message, reason: redactText(reason), body: redactText(body) };
      await redis.hset(deadLettersKey, message.id, JSON.stringify(kept));
    },
    count: async () => redis.hlen(deadLettersKey),
    all: async () => {
      const kept = await redis.hvals(deadLettersKey);
      return kept
        .map((line) => DeadLetter.parse(JSON.parse(line)))
        .toSorted((one, other) => one.at - other.at);
    },
    drop: async (id) => void (await redis.hdel(deadLettersKey, id)),
  };
}
