import type { Redis } from 'ioredis';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Message } from './outbox.ts';

/** One budget of messages to the channel, shared by all processes. */
export interface Limiter {
  /** Milliseconds to wait before the message may go; 0: it may go now, and is counted. */
  readonly take: (urgency: Message['urgency']) => Promise<number>;
}

/** Slack takes about one message a second and channel and lets short bursts pass: the budget is counted over this window. */
const windowSeconds = 10;
/** This share of the budget is for what people must decide: a button never waits behind news of progress. */
const keptForDecisions = 0.25;

export function createLimiter(redis: Redis, channel: string, messagesPerSecond: number): Limiter {
  const points = Math.max(1, Math.round(messagesPerSecond * windowSeconds));
  const reserve = Math.floor(points * keptForDecisions);
  const bucket = new RateLimiterRedis({
    storeClient: redis,
    keyPrefix: '{relight}:slack-budget',
    points,
    duration: windowSeconds,
  });
  return {
    take: async (urgency) => {
      const used = urgency === 'decision' ? null : await bucket.get(channel);
      if (used !== null && used.remainingPoints <= reserve) return waitOf(used);
      try {
        await bucket.consume(channel);
        return 0;
      } catch (refusal) {
        // The library rejects with its result object when the budget is used up, and with an Error when Redis fails.
        if (refusal instanceof RateLimiterRes) return waitOf(refusal);
        throw refusal;
      }
    },
  };
}

/** Never 0, which would mean that the message was counted. */
function waitOf({ msBeforeNext }: RateLimiterRes): number {
  return Math.max(50, msBeforeNext);
}
