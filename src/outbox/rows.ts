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
  /** Grows with every commit. */
  revision: z.number().default(0),
});
export type Row = z.infer<typeof Row>;
/** The revision is counted in Redis. */
export type RowToWrite = Omit<Row, 'revision'>;

export interface OutboxRows {
  readonly all: (incident: string) => Promise<ReadonlyMap<string, Row>>;
  /** True for the one caller that may post this message now. */
  readonly claim: (incident: string, message: string, row: RowToWrite) => Promise<boolean>;
  /**
   * Records a delivery. If anything else was recorded since the row had the revision `before`, nobody knows which of the two
   * Slack shows, and the message is rendered again.
   */
  readonly commit: (incident: string, message: string, row: RowToWrite, before?: number) => Promise<void>;
  /** Keeps two processes from delivering a thread at once. Only an optimization: the claims ensure correctness. */
  readonly lock: (incident: string, owner: string, ms: number) => Promise<boolean>;
  readonly unlock: (incident: string, owner: string) => Promise<void>;
}

/** KEYS rows; ARGV message, journal length, row, revision that the sender had read or ''. A row may be lost meanwhile. */
const commitScript = `
local row = redis.call('HGET', KEYS[1], ARGV[1])
local sent = cjson.decode(ARGV[3])
local known = row and cjson.decode(row) or { seq = 0 }
local revision = known.revision or 0
if known.seq > sent.seq or (ARGV[4] ~= '' and revision ~= tonumber(ARGV[4])) then
  if row then sent = known end
  sent.print = ''
  sent.seq = math.max(known.seq, tonumber(ARGV[2]))
end
sent.revision = revision + 1
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(sent))
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
    commit: async (incident, message, row, before) => {
      const args = [message, row.seq, JSON.stringify(row), before ?? ''];
      await redis.eval(commitScript, 1, rowsKey(incident), ...args);
    },
    lock: async (incident, owner, ms) =>
      (await redis.eval(lockScript, 1, lockKey(incident), owner, ms)) === 1,
    unlock: async (incident, owner) => void (await redis.eval(unlockScript, 1, lockKey(incident), owner)),
  };
}
