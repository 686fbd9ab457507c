import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Reservation } from '../ports/ports.ts';
import type { CapLimits, Reservations } from '../relaunch/prices/shared-caps.ts';
import { key } from './keys.ts';

const reservationsKey = key('cap-reservations');

/**
 * Counts and reserves in one step, so that racing launches cannot pass a cap together. Returns `ok`, or the cap that
 * refuses. KEYS hash; ARGV id, entry, USD, now, start of the last 24 hours, most jobs, most USD (-1: no limit).
 */
const reserveScript = `
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then return 'ok' end
local usd, since, most_jobs, most_usd = tonumber(ARGV[3]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local jobs, spent = 0, 0
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local entry = cjson.decode(all[i + 1])
  local recent = entry.at > since
  if not entry.ended then jobs = jobs + 1 elseif not recent then redis.call('HDEL', KEYS[1], all[i]) end
  if recent then spent = spent + (entry.usd or 0) end
end
if most_jobs >= 0 and jobs + 1 > most_jobs then return 'concurrent_jobs' end
if most_usd >= 0 and spent + usd > most_usd then return 'spend_per_day_usd' end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 'ok'`;

const Stored = z.object({
  id: z.string(),
  incident: z.string(),
  step: z.string(),
  attempt: z.number(),
  job: z.string(),
  at: z.number(),
  usd: z.number().optional(),
  ended: z.boolean().optional(),
}) satisfies z.ZodType<Reservation>;

const Answer = z.enum(['ok', 'concurrent_jobs', 'spend_per_day_usd']);

export function createReservations(redis: Redis): Reservations {
  return {
    reserve: async (wanted, { since, concurrentJobs = -1, spendPerDayUsd = -1 }: CapLimits) => {
      const { id, usd = 0 } = wanted;
      const numbers = [usd, wanted.at, since, concurrentJobs, spendPerDayUsd];
      const [entry, ...counted] = [JSON.stringify(wanted), ...numbers.map(String)];
      const answer = Answer.parse(await redis.eval(reserveScript, 1, reservationsKey, id, entry, ...counted));
      return answer === 'ok' ? undefined : answer;
    },
    all: async () =>
      Object.values(await redis.hgetall(reservationsKey)).map((stored) => Stored.parse(JSON.parse(stored))),
    end: async (one) =>
      void (await redis.hset(reservationsKey, one.id, JSON.stringify({ ...one, ended: true }))),
    drop: async ({ id }) => void (await redis.hdel(reservationsKey, id)),
  };
}
