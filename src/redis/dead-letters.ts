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
  /** Moves the oldest messages to an archive if there are more than the limit. */
  readonly archiveOldest: (archive: (letter: DeadLetter) => Promise<void>) => Promise<void>;
}

const deadLettersKey = key('dead-letters');

/** A message has at most 256 KB. A wrong rule can send thousands, which nobody reads one by one. */
const maxDeadLetters = 1_000;
/** Moving a batch at a time reads the list once per batch, not once per message. */
const batch = 100;

export function createDeadLetters(redis: Redis, limit = maxDeadLetters): DeadLetters {
  const drop = async (id: string): Promise<void> => {
    await redis.hdel(deadLettersKey, id);
  };
  return {
    keep: async (message) => {
      const { reason, body } = message;
      const kept = { ...message, reason: redactText(reason), body: redactText(body) };
      await redis.hset(deadLettersKey, message.id, JSON.stringify(kept));
    },
    count: async () => redis.hlen(deadLettersKey),
    all: async () => (await redis.hvals(deadLettersKey)).map(read).toSorted(byAge),
    drop,
    archiveOldest: async (archive) => {
      if ((await redis.hlen(deadLettersKey)) <= limit) return;
      const ages = (await agesIn(redis)).toSorted(byAge);
      for (const { id } of ages.slice(0, Math.max(batch, ages.length - limit))) {
        const kept = await redis.hget(deadLettersKey, id);
        if (kept !== null) await archive(read(kept));
        await drop(id);
      }
    },
  };
}

type Age = Pick<DeadLetter, 'id' | 'at'>;

/** Reads a part of the list at a time, because the messages can be large. */
async function agesIn(redis: Redis): Promise<readonly Age[]> {
  const ages = new Map<string, Age>();
  let cursor = '0';
  do {
    const [next, fields] = await redis.hscan(deadLettersKey, cursor, 'COUNT', 50);
    for (const line of fields.filter((_, index) => index % 2 === 1)) {
      const { id, at } = read(line);
      ages.set(id, { id, at });
    }
    cursor = next;
  } while (cursor !== '0');
  return [...ages.values()];
}

function read(line: string): DeadLetter {
  return DeadLetter.parse(JSON.parse(line));
}

function byAge(one: Age, other: Age): number {
  return one.at - other.at;
}
