import type { Redis } from 'ioredis';
import { workspace } from '../audit/trail/export-trail.ts';
import { OpsError } from '../errors.ts';
import type { Chain } from '../incidents/journal/chain-port.ts';
import { grownKey, growthKey } from '../incidents/journal/journal-writer.ts';
import { pagedLines } from '../incidents/journal/paged-lines.ts';
import { restoreList } from '../incidents/journal/restore.ts';
import { type RefusedCommands, RefusedEntry, WorkspaceEvent } from '../incidents/refused-commands.ts';
import { eventWithoutSecrets, PlainEvent } from '../incidents/request/without-secrets.ts';
import type { Clock } from '../ports/ports.ts';
import { key } from './keys.ts';

const journalKey = key('journal-of-workspace');
/** Appends only if the list still has the expected length. KEYS list, grown, growth; ARGV length, entry, now, journal. */
const appendScript = `
if redis.call('LLEN', KEYS[1]) ~= tonumber(ARGV[1]) then return 0 end
redis.call('RPUSH', KEYS[1], ARGV[2])
redis.call('ZADD', KEYS[2], 'NX', ARGV[3], ARGV[4])
redis.call('INCR', KEYS[3])
return 1`;

const maxRetries = 50;

export function createRefusedCommands(redis: Redis, chain: Chain, clock: Clock): RefusedCommands {
  return {
    add: async (event) => {
      for (let lost = 0; lost < maxRetries; lost += 1) {
        const seq = await redis.llen(journalKey);
        const last = await redis.lindex(journalKey, -1);
        const prev = last === null ? chain.genesis : entryOf(last).hash;
        const at = clock.now();
        const entry = chain.seal({ seq, at, event: storedForm(event), prev }, workspace);
        const values = [seq, JSON.stringify(entry), at, workspace];
        if ((await redis.eval(appendScript, 3, journalKey, grownKey, growthKey, ...values)) === 1) return;
      }
      throw new OpsError('journal-busy', 'refused commands');
    },
    lines: () => pagedLines(redis, journalKey),
    linesFrom: async (first, count) => redis.lrange(journalKey, first, first + count - 1),
    restore: async (lines) => restoreList(redis, journalKey, lines),
    all: async () => (await redis.lrange(journalKey, 0, -1)).map(entryOf),
    count: async () => redis.llen(journalKey),
  };
}

/** Removes secrets before the entry is hashed: people type the commands and the reasons. */
function storedForm(event: WorkspaceEvent): WorkspaceEvent {
  return WorkspaceEvent.parse(eventWithoutSecrets(PlainEvent.parse(event)));
}

function entryOf(line: string): RefusedEntry {
  return RefusedEntry.parse(JSON.parse(line));
}
