import type { Redis } from 'ioredis';
import type { PollCursor } from '../alarms/watch/poller.ts';
import { redactText } from '../sanitize/redaction.ts';
import { key } from './keys.ts';

const firstKey = key('poll', 'first');
const cursorKey = key('poll', 'cursor');
const handledKey = (id: string): string => key('poll:told', redactText(id));
/** Longer than any change stays in the listings that the poller reads. */
const handledSeconds = 7 * 24 * 3600;

export function createPollCursor(redis: Redis): PollCursor {
  return {
    startedAt: async (now) => {
      await redis.set(firstKey, now, 'NX');
      return Number(await redis.get(firstKey));
    },
    position: async () => {
      const at = await redis.get(cursorKey);
      return at === null ? undefined : Number(at);
    },
    moveTo: async (to) => void (await redis.set(cursorKey, to)),
    wasHandled: async (id) => (await redis.exists(handledKey(id))) === 1,
    handled: async (id) => void (await redis.set(handledKey(id), '1', 'EX', handledSeconds)),
  };
}
