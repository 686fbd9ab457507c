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
  /** Redis was compared with the vault. */
  readonly rebuilt: () => Promise<void>;
  readonly countRestored: () => Promise<void>;
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
    isRebuilt: async () => (await redis.hexists(stateKey, 'rebuilt')) === 1,
    rebuilt: async () => void (await redis.hset(stateKey, 'rebuilt', '1')),
    countRestored: async () => void (await redis.hincrby(stateKey, 'restored', 1)),
    restored: async () => Number((await redis.hget(stateKey, 'restored')) ?? 0),
  };
}
