import type { Redis } from 'ioredis';
import { key } from '../redis/keys.ts';

/**
 * Until when Slack asked not to call a method. Slack counts the calls of the app, not of a process, so all processes
 * share it: https://docs.slack.dev/apis/web-api/rate-limits
 */
export interface SlackPauses {
  /** `ms`: the Retry-After that Slack answered, which replaces an earlier one. */
  readonly hold: (method: string, ms: number) => Promise<void>;
  /** Ms that are left, by the clock of Redis; 0 if the method may be called. */
  readonly left: (method: string) => Promise<number>;
}

export function createSlackPauses(redis: Redis): SlackPauses {
  const keyOf = (method: string): string => key('slack-pause', method);
  return {
    hold: async (method, ms) => void (await redis.set(keyOf(method), ms, 'PX', ms)),
    // Negative if there is none.
    left: async (method) => Math.max(0, await redis.pttl(keyOf(method))),
  };
}
