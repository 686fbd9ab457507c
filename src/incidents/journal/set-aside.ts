import type { Redis } from 'ioredis';
import type { Chain } from './chain-port.ts';
import { lengthsKey } from './journal-lengths.ts';
import { allKey, journalKey, openKey } from './journal-writer.ts';

/** `:<incident>` List, forever: lines that were taken out of its journal because this installation did not write them. */
export const refusedLinesKey = (id: string): string => `{relight}:refused-lines:${id}`;

/**
 * Moves the lines from the first refused one on, unless the journal has grown meanwhile. KEYS journal, refused lines,
 * heads, all, open; ARGV length, number of good lines, incident.
 */
const moveScript = `
if redis.call('LLEN', KEYS[1]) ~= tonumber(ARGV[1]) then return 0 end
local good = tonumber(ARGV[2])
for _, line in ipairs(redis.call('LRANGE', KEYS[1], good, -1)) do redis.call('RPUSH', KEYS[2], line) end
if good == 0 then
  redis.call('DEL', KEYS[1])
  redis.call('ZREM', KEYS[4], ARGV[3])
  redis.call('ZREM', KEYS[5], ARGV[3])
  redis.call('HDEL', KEYS[3], ARGV[3])
else
  redis.call('LTRIM', KEYS[1], 0, good - 1)
  redis.call('HSET', KEYS[3], ARGV[3], ARGV[2])
end
return 1`;

export interface SetAside {
  /** The number of the first line that was set aside. */
  readonly from: number;
  readonly lines: number;
}

/** Undefined if there is nothing to set aside, or if the journal grew while it was read: then try again. */
export async function setAsideRefused(
  { redis, chain }: { readonly redis: Redis; readonly chain: Chain },
  id: string,
): Promise<SetAside | undefined> {
  const lines = await redis.lrange(journalKey(id), 0, -1);
  const from = firstRefused(chain, id, lines);
  if (from === undefined) return undefined;
  const keys = [journalKey(id), refusedLinesKey(id), lengthsKey, allKey, openKey];
  const moved = await redis.eval(moveScript, keys.length, ...keys, lines.length, from, id);
  return moved === 1 ? { from, lines: lines.length - from } : undefined;
}

function firstRefused(chain: Chain, journal: string, lines: readonly string[]): number | undefined {
  let prev = chain.genesis;
  for (const [seq, line] of lines.entries()) {
    const hash = hashOf(chain, line, { journal, seq, prev });
    if (hash === undefined) return seq;
    prev = hash;
  }
  return undefined;
}

function hashOf(chain: Chain, line: string, place: Parameters<Chain['check']>[1]): string | undefined {
  try {
    const stored: unknown = JSON.parse(line);
    return chain.check(stored, place);
  } catch {
    return undefined;
  }
}
