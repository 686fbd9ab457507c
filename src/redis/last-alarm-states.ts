import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { AlarmStates } from '../alarms/ports.ts';
import { redactText } from '../sanitize/redaction.ts';
import { key } from './keys.ts';

const keptMs = 30 * 24 * 3_600_000;
/** Sorts after every real timestamp. */
const endOfTime = 1e15;

/** An alarm's name may hold a secret, and it is part of the key. */
function keyOf(subject: string): string {
  return key('last-change', redactText(subject));
}

/**
 * One script, so that two processes that report the same alarm agree on which change is later.
 * KEYS last change; ARGV order, state, at, window, kept, job, muted until.
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
local now = { state = state, at = at, order = order, changes = changes, job = job, mutedUntil = tonumber(ARGV[7]) }
redis.call('SET', KEYS[1], cjson.encode(now), 'PX', ARGV[5])
return { 0, #changes }`;

const Last = z.object({
  state: z.string(),
  at: z.number(),
  job: z.string().optional(),
  mutedUntil: z.number().optional(),
});
const Answer = z.tuple([z.number(), z.number()]);

/** The last state change of every alarm, job and endpoint of the past 30 days. */
export function createAlarmStates(redis: Redis): AlarmStates {
  return {
    note: async ({ key: subject, state, at, final, job = '', mutedUntil = '' }, windowMs) => {
      const order = final ? endOfTime : at;
      const args = [order, state, at, windowMs, keptMs, job, mutedUntil];
      const answer = await redis.eval(script, 1, keyOf(subject), ...args);
      const [stale, changes] = Answer.parse(answer);
      return { stale: stale === 1, changes };
    },
    last: async (subject) => {
      const kept = await redis.get(keyOf(subject));
      return kept === null ? undefined : Last.parse(JSON.parse(kept));
    },
  };
}
