import type { Redis } from 'ioredis';
import { z } from 'zod';
import { redactText } from '../sanitize/redaction.ts';

/** The last change of every alarm, job and endpoint that was heard of lately. */

const prefix = '{relight}:last-change:';
const keptMs = 30 * 24 * 3_600_000;
/** The name of an alarm is part of the key. */
const keyOf = (key: string): string => `${prefix}${redactText(key)}`;
/** After any moment there will be. */
const forEver = 1e15;

/**
 * In one script, so that of two processes with news of one alarm each knows whether the other's is later.
 * KEYS last change; ARGV order, state, at, window, kept, job.
 */
const script = `
local order, state, at, window = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local before = redis.call('GET', KEYS[1])
local last = before and cjson.decode(before) or { changes = {}, order = -1 }
local changes = {}
for _, one in ipairs(last.changes) do if one > at - window then table.insert(changes, one) end end
if order < last.order then return { 1, #changes } end
if last.state ~= state then table.insert(changes, at) end
while #changes > 100 do table.remove(changes, 1) end
local job = ARGV[6] ~= '' and ARGV[6] or last.job
local now = { state = state, at = at, order = order, changes = changes, job = job }
redis.call('SET', KEYS[1], cjson.encode(now), 'PX', ARGV[5])
return { 0, #changes }`;

const Last = z.object({ state: z.string(), at: z.number(), job: z.string().optional() });
const Answer = z.tuple([z.number(), z.number()]);

interface Change {
  readonly key: string;
  readonly state: string;
  readonly at: number;
  readonly final: boolean;
  readonly job?: string | undefined;
}

export interface LastChanges {
  readonly note: (
    change: Change,
    windowMs: number,
  ) => Promise<{ readonly stale: boolean; readonly changes: number }>;
  readonly last: (key: string) => Promise<z.infer<typeof Last> | undefined>;
}

export function createLastChanges(redis: Redis): LastChanges {
  return {
    note: async ({ key, state, at, final, job = '' }, windowMs) => {
      const order = final ? forEver : at;
      const answer = await redis.eval(script, 1, keyOf(key), order, state, at, windowMs, keptMs, job);
      const [stale, changes] = Answer.parse(answer);
      return { stale: stale === 1, changes };
    },
    last: async (key) => {
      const kept = await redis.get(keyOf(key));
      return kept === null ? undefined : Last.parse(JSON.parse(kept));
    },
  };
}
