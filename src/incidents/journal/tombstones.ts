import type { Redis } from 'ioredis';
import { z } from 'zod';
import { OpsError } from '../../errors.ts';
import type { Counted } from '../retention/counted.ts';
import { removeFromIndexes } from './fingerprint-index.ts';
import { lengthsKey } from './journal-lengths.ts';

const prefix = '{relight}:';
/** Hash: what is left of incidents that were removed, by id. */
export const tombstonesKey = `${prefix}incidents:archived`;

/** What is left of an incident whose journal has left Redis: enough for old buttons, new alarms and all figures. */
export interface Tombstone {
  readonly id: string;
  readonly job: string;
  /** All jobs that it was about, the first one included. */
  readonly jobs: readonly string[];
  readonly tier: string;
  readonly kind: string;
  readonly openedAt: number;
  readonly failedAt: number;
  readonly endedAt: number;
  /** How it ended, in words. */
  readonly end: string;
  /** The number of entries that its journal had. */
  readonly entries: number;
  /** What the figures, the estimates, Autopilot's record and *seen before* count. */
  readonly counted: Counted;
}

/** The error for whoever asks for the incident. */
export function wasArchived({ id, job, end }: Pick<Tombstone, 'id' | 'job' | 'end'>): OpsError {
  return new OpsError('incident-archived', `${id} (${job}), ${end}`);
}

/** `counted` is only read back by the code that computed it, so its form is not checked again. */
const Stored = z.object({
  id: z.string(),
  job: z.string(),
  jobs: z.array(z.string()),
  tier: z.string(),
  kind: z.string(),
  openedAt: z.number(),
  failedAt: z.number(),
  endedAt: z.number(),
  end: z.string(),
  entries: z.number(),
  counted: z.custom<Counted>((value) => typeof value === 'object' && value !== null),
});

export interface Tombstones {
  readonly find: (id: string) => Promise<Tombstone | undefined>;
  readonly has: (id: string) => Promise<boolean>;
  readonly all: () => Promise<readonly Tombstone[]>;
  /** Removes the journal and leaves the tombstone, unless the journal has grown. True if it was removed. */
  readonly replace: (tombstone: Tombstone) => Promise<boolean>;
  readonly drop: (ids: readonly string[]) => Promise<void>;
}

/** KEYS journal, all, open, heads, tombstones; ARGV entries, id, tombstone. */
const replaceScript = `
if redis.call('LLEN', KEYS[1]) ~= tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[5], ARGV[2], ARGV[3])
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[2])
redis.call('ZREM', KEYS[3], ARGV[2])
redis.call('HDEL', KEYS[4], ARGV[2])
return 1`;

/** `keys`: those of the journal, the list of all incidents and the list of the open ones. */
export function createTombstones(
  redis: Redis,
  keys: { readonly journal: (id: string) => string; readonly all: string; readonly open: string },
): Tombstones {
  return {
    find: async (id) => {
      const stored = await redis.hget(tombstonesKey, id);
      return stored === null ? undefined : read(stored);
    },
    has: async (id) => (await redis.hexists(tombstonesKey, id)) === 1,
    all: async () => (await redis.hvals(tombstonesKey)).flatMap((stored) => read(stored) ?? []),
    replace: async (tombstone) => {
      const { id, entries } = tombstone;
      const of = [keys.journal(id), keys.all, keys.open, lengthsKey, tombstonesKey];
      const text = JSON.stringify(tombstone);
      return (await redis.eval(replaceScript, of.length, ...of, entries, id, text)) === 1;
    },
    drop: async (ids) => {
      if (ids.length === 0) return;
      await removeFromIndexes(redis, ids);
      await redis.hdel(tombstonesKey, ...ids);
    },
  };
}

/** Undefined if another version wrote it in another form. */
function read(stored: string): Tombstone | undefined {
  try {
    return Stored.parse(JSON.parse(stored));
  } catch {
    return undefined;
  }
}
