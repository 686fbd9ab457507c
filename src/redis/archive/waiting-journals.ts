import type { Redis } from 'ioredis';
import type { WaitingJournals } from '../../audit/archive/waiting.ts';
import { workspace } from '../../audit/trail/export-trail.ts';
import { allKey, grownKey, growthKey, journalKey } from '../../incidents/journal/journal-writer.ts';

import { key } from '../keys.ts';

const unsignedKey = key('journals:unsigned');
const workspaceKey = key('journal-of-workspace');

/** One command for all journals. KEYS all incidents, workspace journal; ARGV prefix of the keys of journals. */
const lengthsScript = `
local found = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  table.insert(found, id)
  table.insert(found, redis.call('LLEN', ARGV[1] .. id))
end
table.insert(found, '${workspace}')
table.insert(found, redis.call('LLEN', KEYS[2]))
return found`;

/**
 * Takes a journal off the list unless it has grown since it was read, and asks for a head if the vault has lines of it.
 * KEYS journal, grown, unsigned; ARGV id, lines that the vault has, now. Without lines, it is taken off in any case.
 */
const handledScript = `
if ARGV[2] == '' then return redis.call('ZREM', KEYS[2], ARGV[1]) end
if ARGV[2] ~= '0' then redis.call('ZADD', KEYS[3], 'NX', ARGV[3], ARGV[1]) end
if redis.call('LLEN', KEYS[1]) ~= tonumber(ARGV[2]) then return 0 end
return redis.call('ZREM', KEYS[2], ARGV[1])`;

export function createWaitingJournals(redis: Redis): WaitingJournals {
  return {
    grown: async (max) => redis.zrange(grownKey, '0', String(max - 1)),
    oldestSince: async () => timeIn(await redis.zrange(grownKey, '0', '0', 'WITHSCORES')),
    growth: async () => (await redis.get(growthKey)) ?? '',
    lengths: async () => lengthsIn(await redis.eval(lengthsScript, 2, allKey, workspaceKey, journalKey(''))),
    handled: async (journal, { lines, now }) => {
      const keys = [listOf(journal), grownKey, unsignedKey];
      await redis.eval(handledScript, keys.length, ...keys, journal, lines ?? '', now);
    },
    unsigned: async (max) => redis.zrange(unsignedKey, '0', String(max - 1)),
    unsignedSince: async () => timeIn(await redis.zrange(unsignedKey, '0', '0', 'WITHSCORES')),
    signed: async (journal) => void (await redis.zrem(unsignedKey, journal)),
    notSigned: async (journal, now) => void (await redis.zadd(unsignedKey, 'NX', now, journal)),
  };
}

function listOf(journal: string): string {
  return journal === workspace ? workspaceKey : journalKey(journal);
}

function timeIn([, score]: readonly string[]): number | undefined {
  return score === undefined ? undefined : Number(score);
}

/** The reply of the script: ids and lengths in turn. */
function lengthsIn(reply: unknown): ReadonlyMap<string, number> {
  const flat = Array.isArray(reply) ? reply.map(String) : [];
  return new Map(
    flat.flatMap((id, index) => (index % 2 === 0 ? [[id, Number(flat[index + 1])] as const] : [])),
  );
}
