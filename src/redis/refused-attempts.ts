import type { Redis } from 'ioredis';
import { OpsError } from '../errors.ts';
import type { Chain } from '../incidents/journal/chain-port.ts';
import { pagedLines } from '../incidents/journal/paged-lines.ts';
import { type RefusedCommands, RefusedEntry, WorkspaceEvent } from '../incidents/refused-commands.ts';
import type { Clock } from '../ports/ports.ts';
import { key } from './keys.ts';

const journalKey = key('journal-of-workspace');
const workspace = 'workspace';

/** Appends only if the list still has the expected length. KEYS list; ARGV length, entry. */
const appendScript = `
if redis.call('LLEN', KEYS[1]) ~= tonumber(ARGV[1]) then return 0 end
redis.call('RPUSH', KEYS[1], ARGV[2])
return 1`;

const maxRetries = 50;

export function createRefusedCommands(redis: Redis, chain: Chain, clock: Clock): RefusedCommands {
  return {
    add: async (event) => {
      for (let lost = 0; lost < maxRetries; lost += 1) {
        const seq = await redis.llen(journalKey);
        const last = await redis.lindex(journalKey, -1);
        const prev = last === null ? chain.genesis : entryOf(last).hash;
        const unsealed = { seq, at: clock.now(), event: WorkspaceEvent.parse(event), prev };
        const entry = chain.seal(unsealed, workspace);
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
