import type { Redis } from 'ioredis';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';

/** One budget of messages to the channel, shared by all processes. */
export interface Limiter {
  /** Milliseconds to wait before the next message; 0: it may go now, and is counted. */
  readonly take: () => Promise<number>;
}

/** Slack takes about one message a second and channel and lets short bursts pass: the budget is counted over this window. */
const windowSeconds = 10;

export function createLimiter(redis: Redis, channel: string, messagesPerSecond: number): Limiter {
  const bucket = new RateLimiterRedis({
    storeClient: redis,
    keyPrefix: '{relight}:slack-budget',
    points: Math.max(1, Math.round(messagesPerSecond * windowSeconds)),
    duration: windowSeconds,
  });
  return {
    take: async () => {
      try {
        await bucket.consume(channel);
        return 0;
      } catch (refusal) {
        // The library rejects with its result object when the budget is used up, and with an Error when Redis fails.
        if (refusal instanceof RateLimiterRes) return Math.max(50, refusal.msBeforeNext);
        throw refusal;
      }
    },
  };
}
