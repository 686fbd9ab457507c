import type { Redis } from 'ioredis';
import { z } from 'zod';
import { key } from '../redis/keys.ts';

/** The delivery state of one message: `claimed` before it is posted, `sent` afterwards. */
const Row = z.object({
  state: z.enum(['claimed', 'sent']),
  ts: z.string().default(''),
  print: z.string().default(''),
  /** The journal's length at the time of rendering: an older render never replaces a newer one. */
  seq: z.number(),
  /** For a claim: the time from which any process may check whether the message was posted. */
  lookAt: z.number().default(0),
});
export type Row = z.infer<typeof Row>;

export interface OutboxRows {
  readonly all: (incident: string) => Promise<ReadonlyMap<string, Row>>;
  /** True for the one caller that may post this message now. */
  readonly claim: (incident: string, message: string, row: Row) => Promise<boolean>;
  /** Records a delivery. If a newer state was delivered in the meantime, the message is rendered again instead. */
  readonly commit: (incident: string, message: string, row: Row) => Promise<void>;
  /** Keeps two processes from delivering a thread at once. Only an optimization: the claims ensure correctness. */
  readonly lock: (incident: string, owner: string, ms: number) => Promise<boolean>;
  readonly unlock: (incident: string, owner: string) => Promise<void>;
}

const commitScript = `
local row = redis.call('HGET', KEYS[1], ARGV[1])
if row then
  local known = cjson.decode(row)
  if known.seq > tonumber(ARGV[2]) then
    known.print = ''
    redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(known))
    return 0
  end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1`;

const lockScript = `
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;

const unlockScript = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end return 1`;

export function createOutboxRows(redis: Redis): OutboxRows {
  const rowsKey = (incident: string): string => key('outbox', incident);
  const lockKey = (incident: string): string => key('outbox-lock', incident);
  return {
    all: async (incident) => {
      const raw = await redis.hgetall(rowsKey(incident));
      return new Map(Object.entries(raw).map(([message, value]) => [message, Row.parse(JSON.parse(value))]));
    },
    claim: async (incident, message, row) =>
      (await redis.hsetnx(rowsKey(incident), message, JSON.stringify(row))) === 1,
    commit: async (incident, message, row) =>
      void (await redis.eval(commitScript, 1, rowsKey(incident), message, row.seq, JSON.stringify(row))),
    lock: async (incident, owner, ms) =>
      (await redis.eval(lockScript, 1, lockKey(incident), owner, ms)) === 1,
    unlock: async (incident, owner) => void (await redis.eval(unlockScript, 1, lockKey(incident), owner)),
  };
}
