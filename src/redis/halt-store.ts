import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Halt, HaltStore, Lifted } from '../incidents/halt/halts.ts';
import { redactText } from '../sanitize/redaction.ts';
import { key } from './keys.ts';
import { timely } from './server/timely.ts';

const haltKey = key('halt');

const Stored = z.object({
  source: z.enum(['command', 'file', 'variable']),
  why: z.string(),
  by: z.string().optional(),
  at: z.number(),
  seenAt: z.number().optional(),
}) satisfies z.ZodType<Halt>;
const StoredLift = z.object({ by: z.string(), at: z.number() }) satisfies z.ZodType<Lifted>;

/** Deletes the announced halt only if it is still this one. KEYS hash; ARGV halt. */
const endScript = `
if redis.call('HGET', KEYS[1], 'announced') == ARGV[1] then redis.call('HDEL', KEYS[1], 'announced', 'lifted') end
return 0`;

export function createHaltStore(redis: Redis): HaltStore {
  const read = async (field: string): Promise<z.infer<typeof Stored> | undefined> =>
    haltIn(await redis.hget(haltKey, field));
  return {
    ...byPeople(redis),
    all: async () => {
      const fields = await redis.hmget(haltKey, 'command', 'file', 'variable');
      return fields.flatMap((stored) => {
        const halt = haltIn(stored);
        return halt === undefined ? [] : [{ ...halt, seenAt: halt.seenAt ?? halt.at }];
      });
    },
    seen: async (halt) => {
      const before = await read(halt.source);
      const again = before !== undefined && before.why === redactText(halt.why);
      const at = again ? before.at : halt.at;
      await redis.hset(haltKey, halt.source, stored({ ...halt, at, seenAt: halt.at }));
    },
    lifted: async () => {
      const found = await redis.hget(haltKey, 'lifted');
      return found === null ? undefined : StoredLift.parse(JSON.parse(found));
    },
    announced: async () => read('announced'),
    begin: async (halt) => {
      await redis.hsetnx(haltKey, 'announced', stored(halt));
      return (await read('announced')) ?? halt;
    },
    end: async (halt) => void (await redis.eval(endScript, 1, haltKey, stored(halt))),
  };
}

/** In time or never: a halt must neither begin nor end after the person was told that it did not. */
function byPeople(redis: Redis): Pick<HaltStore, 'put' | 'lift'> {
  return {
    put: async (halt, limit) => {
      const [isNew] = await timely(redis, limit, haltKey, ['HSETNX', 'command', stored(halt)]);
      return isNew === 1;
    },
    lift: async (by, limit) => {
      const [removed] = await timely(
        redis,
        limit,
        haltKey,
        ['HDEL', 'command'],
        ['HSET', 'lifted', JSON.stringify(by)],
      );
      return removed === 1;
    },
  };
}

/** The same halt is always stored as the same text. */
function stored({ source, why, by, at, seenAt }: z.infer<typeof Stored>): string {
  return JSON.stringify({ source, why: redactText(why), by, at, seenAt });
}

function haltIn(text: string | null | undefined): z.infer<typeof Stored> | undefined {
  return text === null || text === undefined ? undefined : Stored.parse(JSON.parse(text));
}
