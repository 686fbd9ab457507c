import type { Redis } from 'ioredis';
import { genesis, seal } from '../audit/chain.ts';
import { OpsError } from '../errors.ts';
import { pagedLines } from '../incidents/journal/paged-lines.ts';
import { type RefusedCommands, RefusedEntry, WorkspaceEvent } from '../incidents/refused-commands.ts';
import type { Clock } from '../ports/ports.ts';
import { key } from './keys.ts';

const journalKey = key('journal-of-workspace');

/** Appends only if the list still has the expected length. KEYS list; ARGV length, entry. */
const appendScript = `
if redis.call('LLEN', KEYS[1]) ~= tonumber(ARGV[1]) then return 0 end
redis.call('RPUSH', KEYS[1], ARGV[2])
return 1`;

const maxRetries = 50;

export function createRefusedCommands(redis: Redis, clock: Clock): RefusedCommands {
  return {
    add: async (event) => {
      for (let lost = 0; lost < maxRetries; lost += 1) {
        const seq = await redis.llen(journalKey);
        const last = await redis.lindex(journalKey, -1);
        const prev = last === null ? genesis : entryOf(last).hash;
        const entry = seal({ seq, at: clock.now(), event: WorkspaceEvent.parse(event), prev });
        if ((await redis.eval(appendScript, 1, journalKey, seq, JSON.stringify(entry))) === 1) return;
      }
      throw new OpsError('journal-busy', 'refused commands');
    },
    lines: () => pagedLines(redis, journalKey),
    all: async () => (await redis.lrange(journalKey, 0, -1)).map(entryOf),
    count: async () => redis.llen(journalKey),
  };
}

function entryOf(line: string): RefusedEntry {
  return RefusedEntry.parse(JSON.parse(line));
}
