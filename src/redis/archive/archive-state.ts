import type { Redis } from 'ioredis';
import type { ArchiveTrouble } from '../../audit/archive/archiver.ts';
import { redactText } from '../../sanitize/redaction.ts';
import { key } from '../keys.ts';

/** What all processes know about the archive. It is lost with Redis, which is how a worker notices an emptied Redis. */
export interface ArchiveState {
  readonly trouble: () => Promise<ArchiveTrouble | undefined>;
  readonly noteTrouble: (trouble: ArchiveTrouble | undefined) => Promise<void>;
  /** Since when heads of the archive cannot be signed, and why. */
  readonly headTrouble: () => Promise<ArchiveTrouble | undefined>;
  readonly noteHeadTrouble: (trouble: ArchiveTrouble | undefined) => Promise<void>;
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
  const [ofVault, ofHeads] = [troubleIn(redis, 'since', 'why'), troubleIn(redis, 'heads-since', 'heads-why')];
  return {
    trouble: ofVault.read,
    noteTrouble: ofVault.note,
    headTrouble: ofHeads.read,
    noteHeadTrouble: ofHeads.note,
    isRebuilt: async () => (await redis.hexists(stateKey, 'rebuilt')) === 1,
    rebuilt: async () => void (await redis.hset(stateKey, 'rebuilt', '1')),
    countRestored: async () => void (await redis.hincrby(stateKey, 'restored', 1)),
    restored: async () => Number((await redis.hget(stateKey, 'restored')) ?? 0),
  };
}

/** A trouble in two fields of the state. */
function troubleIn(redis: Redis, sinceField: string, whyField: string) {
  return {
    read: async (): Promise<ArchiveTrouble | undefined> => {
      const [since, why] = await redis.hmget(stateKey, sinceField, whyField);
      return since === null || since === undefined ? undefined : { since: Number(since), why: why ?? '' };
    },
    note: async (trouble: ArchiveTrouble | undefined): Promise<void> => {
      if (trouble === undefined) await redis.hdel(stateKey, sinceField, whyField);
      else await redis.hset(stateKey, { [sinceField]: trouble.since, [whyField]: redactText(trouble.why) });
    },
  };
}
