import type { Redis } from 'ioredis';
import { redactText } from '../sanitize/redaction.ts';

const firstKey = '{relight}:poll:first';
const cursorKey = '{relight}:poll:cursor';
const toldKey = (id: string): string => `{relight}:poll:told:${redactText(id)}`;
/** Longer than anything stays in a listing. */
const toldSeconds = 7 * 24 * 3600;

/** Where the poll of all processes stands. */
export interface PollMarks {
  readonly first: (now: number) => Promise<number>;
  readonly cursor: () => Promise<number | undefined>;
  readonly moveCursor: (to: number) => Promise<void>;
  readonly wasTold: (id: string) => Promise<boolean>;
  readonly told: (id: string) => Promise<void>;
}

export function createPollMarks(redis: Redis): PollMarks {
  return {
    first: async (now) => {
      await redis.set(firstKey, now, 'NX');
      return Number(await redis.get(firstKey));
    },
    cursor: async () => {
      const at = await redis.get(cursorKey);
      return at === null ? undefined : Number(at);
    },
    moveCursor: async (to) => {
      await redis.set(cursorKey, to);
    },
    wasTold: async (id) => (await redis.exists(toldKey(id))) === 1,
    told: async (id) => {
      await redis.set(toldKey(id), '1', 'EX', toldSeconds);
    },
  };
}
