import type { Redis } from 'ioredis';
import { z } from 'zod';
import { key } from '../redis/keys.ts';
import { type Urgency, urgencies } from './outbox.ts';

/** One budget of messages to the channel, shared by all processes, which goes to the most urgent message first. */
export interface Limiter {
  /** Milliseconds after which to ask again; 0: the message of this thread may go, and is counted. */
  readonly take: (thread: string, urgency: Urgency) => Promise<number>;
  /** Slack has asked for a pause: nothing goes out before it is over. */
  readonly hold: (ms: number) => Promise<void>;
}

/** Slack takes about one message a second and channel and lets short bursts pass: what was not used in so many seconds. */
const burstSeconds = 5;
/** This share of the budget is not for news that can wait: a button finds room also when much has just been said. */
const keptForDecisions = 0.25;
/** Whoever waits comes again within a second; one that does not has died, or has nothing to say any more. */
const forgetMs = 3_000;

/**
 * A token bucket, and in front of it the threads that wait, the most urgent first and of those the one that came first.
 * A token is kept for each thread further in front. The clock is Redis' own, as processes may differ.
 * KEYS bucket, waiting, seen; ARGV thread, rank, a second, capacity, reserve, forget.
 */
const takeScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local thread, rank, rate, capacity = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])

for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now - tonumber(ARGV[6]))) do
  redis.call('ZREM', KEYS[2], gone)
  redis.call('ZREM', KEYS[3], gone)
end
local since = now
local place = tonumber(redis.call('ZSCORE', KEYS[2], thread))
if place and math.floor(place / 1e13) == rank then since = place % 1e13 end
redis.call('ZADD', KEYS[2], rank * 1e13 + since, thread)
redis.call('ZADD', KEYS[3], now, thread)

local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at', 'held')
local tokens = math.min(capacity, (tonumber(bucket[1]) or capacity) + (now - (tonumber(bucket[2]) or now)) * rate / 1000)
local free = tokens - tonumber(ARGV[5]) - redis.call('ZRANK', KEYS[2], thread)
local wait = math.max((tonumber(bucket[3]) or 0) - now, (1 - free) / rate * 1000)
if wait <= 0 then
  tokens = tokens - 1
  redis.call('ZREM', KEYS[2], thread)
  redis.call('ZREM', KEYS[3], thread)
end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', now)
return math.ceil(math.max(0, wait))`;

/** KEYS bucket; ARGV ms. */
const holdScript = `
local time = redis.call('TIME')
local until_ = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[1])
if until_ > (tonumber(redis.call('HGET', KEYS[1], 'held')) or 0) then redis.call('HSET', KEYS[1], 'held', until_) end
return 1`;

export function createLimiter(redis: Redis, channel: string, messagesPerSecond: number): Limiter {
  const capacity = Math.max(1, Math.round(messagesPerSecond * burstSeconds));
  const reserve = Math.floor(capacity * keptForDecisions);
  const bucket = key('slack-bucket', channel);
  const keys = [bucket, key('slack-waiting', channel), key('slack-seen', channel)];
  return {
    take: async (thread, urgency) => {
      const rank = urgencies.indexOf(urgency);
      const kept = rank > urgencies.indexOf('decision') ? reserve : 0;
      const settings = [messagesPerSecond, capacity, kept, forgetMs];
      return z.number().parse(await redis.eval(takeScript, 3, ...keys, thread, rank, ...settings));
    },
    hold: async (ms) => void (await redis.eval(holdScript, 1, bucket, ms)),
  };
}
