import type { Redis } from 'ioredis';
import { OpsError } from '../../errors.ts';
import type { TimeLimit } from '../../ports/ports.ts';
import type { Entry } from '../model/events.ts';

/**
 * For a write that must not happen late, because a person is told that it did not happen. A client cannot take back what
 * it has sent to a Redis that hangs, so Redis itself compares its clock with a deadline when it runs the write.
 */
export interface WriteLimit extends TimeLimit {
  /** Called before each try. */
  readonly sending: (sent: Sent) => void;
}

/** A write whose outcome may stay unknown. */
export interface Sent {
  /** The last entry that it adds. */
  readonly entry: Pick<Entry, 'seq' | 'hash'>;
  /** Milliseconds on the clock of Redis, after which Redis refuses it. */
  readonly deadline: number;
}

/** The limit as a time on the clock of Redis, so that the clock of this machine does not matter. Throws `too-late`. */
export async function deadlineIn(redis: Pick<Redis, 'time'>, { msLeft }: TimeLimit): Promise<number> {
  const now = await redisNow(redis);
  // The answer took some time, which makes the deadline earlier, never later.
  const left = msLeft();
  if (left <= 0) throw new OpsError('too-late', 'Redis answered after the deadline');
  return Math.floor(now + left);
}

async function redisNow(redis: Pick<Redis, 'time'>): Promise<number> {
  const [seconds, microseconds] = await redis.time();
  return Number(seconds) * 1_000 + Number(microseconds) / 1_000;
}

/** Lua: whether the deadline in ARGV[index], in milliseconds, has passed; an empty one never does. */
export function lateInLua(index: number): string {
  return `local limit = ARGV[${index}]
local late = false
if limit ~= '' then
  local now = redis.call('TIME')
  late = now[1] * 1000 + now[2] / 1000 > tonumber(limit)
end
`;
}

/** Whether the write is in the journal; undefined while Redis could still take it. */
export async function wasWritten(
  redis: Redis,
  key: string,
  { entry, deadline }: Sent,
): Promise<boolean | undefined> {
  // In this order: what is not in the journal after the deadline never will be.
  const now = await redisNow(redis);
  const line = await redis.lindex(key, entry.seq);
  if (line?.includes(entry.hash) === true) return true;
  return now > deadline ? false : undefined;
}
