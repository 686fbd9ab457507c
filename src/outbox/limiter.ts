import type { Redis } from 'ioredis';
import { z } from 'zod';
import { key } from '../redis/keys.ts';
import { type Urgency, urgencies } from './outbox.ts';

/** A rate limit for messages to the channel, shared by all processes. The most urgent message goes first. */
export interface Limiter {
  /** Ms after which to ask again; 0: this thread may send its message, and the message is counted. */
  readonly take: (thread: string, urgency: Urgency) => Promise<number>;
  /** Stops all messages for a time that Slack asked for. */
  readonly pauseFor: (ms: number) => Promise<void>;
}

/** Slack allows about one message per second per channel, and short bursts: up to the unused budget of this many seconds. */
const burstSeconds = 5;
/** The share of the budget that messages that can wait may not use, so that a decision can be posted even when busy. */
const decisionReserve = 0.25;
/** A waiting thread asks again within a second; one that does not has crashed or has nothing left to send. */
const forgetMs = 3_000;

/**
 * A token bucket with a queue of waiting threads, ordered by urgency and then by arrival. A token is reserved for each
 * thread further ahead. Uses the Redis clock, since the clocks of processes may differ.
 * KEYS bucket, waiting, seen; ARGV thread, rank, tokens per second, capacity, reserve, forget.
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
  const reserve = Math.floor(capacity * decisionReserve);
  const bucket = key('slack-bucket', channel);
  const keys = [bucket, key('slack-waiting', channel), key('slack-seen', channel)];
  return {
    take: async (thread, urgency) => {
      const rank = urgencies.indexOf(urgency);
      const kept = rank > urgencies.indexOf('decision') ? reserve : 0;
      const settings = [messagesPerSecond, capacity, kept, forgetMs];
      return z.number().parse(await redis.eval(takeScript, 3, ...keys, thread, rank, ...settings));
    },
    pauseFor: async (ms) => void (await redis.eval(holdScript, 1, bucket, ms)),
  };
}
