import type { Redis } from 'ioredis';
import type { ArchiveTrouble } from '../../audit/archive/archiver.ts';
import { redactText } from '../../sanitize/redaction.ts';
import { key } from '../keys.ts';

/** What all processes know about the archive. It is lost with Redis, which is how a worker notices an emptied Redis. */
export interface ArchiveState {
  readonly trouble: () => Promise<ArchiveTrouble | undefined>;
  readonly noteTrouble: (trouble: ArchiveTrouble | undefined) => Promise<void>;
  /** Whether Redis was compared with the vault since it was last emptied. */
  readonly isRebuilt: () => Promise<boolean>;
  /** Redis was compared with the vault, and this many journals were restored. */
  readonly rebuilt: (restored: number) => Promise<void>;
  /** How many journals were restored since Redis was last emptied. */
  readonly restored: () => Promise<number>;
}

const stateKey = key('archive');

export function createArchiveState(redis: Redis): ArchiveState {
  return {
    trouble: async () => {
      const [since, why] = await redis.hmget(stateKey, 'since', 'why');
      return since === null || since === undefined ? undefined : { since: Number(since), why: why ?? '' };
    },
    noteTrouble: async (trouble) => {
      if (trouble === undefined) await redis.hdel(stateKey, 'since', 'why');
      else await redis.hset(stateKey, { since: trouble.since, why: redactText(trouble.why) });
    },
    isRebuilt: async () => (await redis.hexists(stateKey, 'restored')) === 1,
    rebuilt: async (restored) => void (await redis.hincrby(stateKey, 'restored', restored)),
    restored: async () => Number((await redis.hget(stateKey, 'restored')) ?? 0),
  };
}
