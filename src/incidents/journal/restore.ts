import type { Redis } from 'ioredis';
import { OpsError } from '../../errors.ts';
import type { Chain } from './chain-port.ts';
import { alikeKey, fingerprintsIn } from './fingerprint-index.ts';
import { lengthsKey } from './journal-lengths.ts';
import { readAll } from './journal-reader.ts';
import { allKey, grownKey, growthKey, journalKey, openKey } from './journal-writer.ts';
import { tombstonesKey } from './tombstones.ts';

/**
 * What became of lines that Redis may have lost. `present`: Redis had them all. `different`: Redis has another history,
 * which is left as it is. `removed`: the incident is over and has left Redis after its retention.
 */
export type Restored = 'restored' | 'present' | 'different' | 'removed';

/**
 * Compare-and-set on the length of the list and on its whole last line: adds nothing if another process was faster.
 * KEYS list, all, open, grown, growth, lengths, tombstones, fingerprints…; those after the list only for an incident. ARGV
 * expected length, last line, id, time of opening, '1' if open, lines…
 */
const restoreScript = `
if redis.call('LLEN', KEYS[1]) ~= tonumber(ARGV[1]) then return 0 end
if #KEYS > 1 and ARGV[1] == '0' and redis.call('HEXISTS', KEYS[7], ARGV[3]) == 1 then return 2 end
if ARGV[2] ~= '' and redis.call('LINDEX', KEYS[1], -1) ~= ARGV[2] then return 0 end
for i = 6, #ARGV do redis.call('RPUSH', KEYS[1], ARGV[i]) end
if #KEYS == 1 then return 1 end
redis.call('ZADD', KEYS[2], 'NX', ARGV[4], ARGV[3])
if ARGV[5] == '1' then
  redis.call('ZADD', KEYS[3], 'NX', ARGV[4], ARGV[3])
  redis.call('HSET', KEYS[6], ARGV[3], redis.call('LLEN', KEYS[1]))
else
  redis.call('ZREM', KEYS[3], ARGV[3])
  redis.call('HDEL', KEYS[6], ARGV[3])
end
redis.call('ZADD', KEYS[4], 'NX', ARGV[4], ARGV[3])
redis.call('INCR', KEYS[5])
for i = 8, #KEYS do redis.call('ZADD', KEYS[i], 'NX', ARGV[4], ARGV[3]) end
return 1`;

/** Where an incident is listed, beside its journal. */
interface Listing {
  readonly keys: readonly string[];
  readonly id: string;
  readonly openedAt: number;
  readonly open: boolean;
}

const maxRacesLost = 5;

const unlisted: Listing = { keys: [], id: '', openedAt: 0, open: false };

/** Adds the lines that the list lacks, if what it has is their beginning. Never changes a line. */
export async function restoreList(
  redis: Redis,
  key: string,
  lines: readonly string[],
  { keys, id, openedAt, open }: Listing = unlisted,
): Promise<Restored> {
  for (let lost = 0; lost < maxRacesLost; lost += 1) {
    const length = Math.min(await redis.llen(key), lines.length);
    const last = await lastOf(redis, key, length);
    if (last !== (lines[length - 1] ?? '')) return 'different';
    if (length === lines.length) return 'present';
    const values = [length, last, id, openedAt, open ? '1' : '', ...lines.slice(length)];
    const answer = await redis.eval(restoreScript, 1 + keys.length, key, ...keys, ...values);
    if (answer === 1) return 'restored';
    if (answer === 2) return 'removed';
  }
  throw new OpsError('journal-busy', key);
}

async function lastOf(redis: Redis, key: string, length: number): Promise<string> {
  return length === 0 ? '' : ((await redis.lindex(key, length - 1)) ?? '');
}

/**
 * Writes back the lines of an incident that Redis lost, all or none. The lines come from outside of Redis and are checked
 * as those in it are: throws `journal-forged` and `journal-unreadable`.
 */
export async function restoreJournal(
  { redis, chain }: { readonly redis: Redis; readonly chain: Chain },
  id: string,
  lines: readonly string[],
): Promise<Restored> {
  const journal = await readAll({ lines: async () => lines, chain }, id);
  if (journal === undefined) return 'present';
  const { entries, incident } = journal;
  const fingerprints = incident.drill === undefined ? fingerprintsIn(entries.map(({ event }) => event)) : [];
  return restoreList(redis, journalKey(id), lines, {
    keys: [allKey, openKey, grownKey, growthKey, lengthsKey, tombstonesKey, ...fingerprints.map(alikeKey)],
    id,
    openedAt: entries[0]?.at ?? 0,
    open: incident.closed === undefined,
  });
}
