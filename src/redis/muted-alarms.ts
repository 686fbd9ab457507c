import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { MutedAlarm, MutedAlarms } from '../alarms/ports.ts';
import type { Clock } from '../ports/ports.ts';
import { redactText } from '../sanitize/redaction.ts';
import { key } from './keys.ts';

const mutedKey = key('muted-alarms');
/** An alarm that was deleted while it was muted never changes again. */
const keptMs = 7 * 24 * 3_600_000;

const Kept = z.object({
  name: z.string(),
  why: z.string(),
  since: z.number(),
  until: z.number().optional(),
});

export function createMutedAlarms(redis: Redis, clock: Clock): MutedAlarms {
  const drop = async (name: string): Promise<void> => {
    await redis.hdel(mutedKey, redactText(name));
  };
  return {
    note: async ({ name, why, ...times }) => {
      const kept = { name: redactText(name), why: redactText(why), ...times };
      await redis.hset(mutedKey, kept.name, JSON.stringify(kept));
    },
    drop,
    all: async () => {
      const now = clock.now();
      const kept = (await redis.hvals(mutedKey)).map((text) => Kept.parse(JSON.parse(text)));
      const [current, past] = [
        kept.filter((one) => isMuted(one, now)),
        kept.filter((one) => !isMuted(one, now)),
      ];
      for (const { name } of past) await drop(name);
      return current.toSorted((one, other) => one.since - other.since);
    },
  };
}

function isMuted({ since, until = since + keptMs }: MutedAlarm, now: number): boolean {
  return until > now;
}
