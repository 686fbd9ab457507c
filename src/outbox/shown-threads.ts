import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { key } from '../redis/keys.ts';
import type { Message, Thread } from './outbox.ts';

/** What each thread showed when its last delivery ended, so that only threads that have changed are delivered again. */
export interface ShownThreads {
  /** The fingerprints of these threads; a thread that was never delivered completely has none. */
  readonly among: (threads: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  readonly note: (thread: string, fingerprint: string) => Promise<void>;
}

const shownKey = key('outbox-shown');

export function createShownThreads(redis: Redis): ShownThreads {
  return {
    among: async (threads) => {
      if (threads.length === 0) return new Map();
      const stored = await redis.hmget(shownKey, ...threads);
      return new Map(
        threads.flatMap((thread, index) => {
          const fingerprint = stored[index];
          return fingerprint === null || fingerprint === undefined ? [] : [[thread, fingerprint] as const];
        }),
      );
    },
    note: async (thread, fingerprint) => void (await redis.hset(shownKey, thread, fingerprint)),
  };
}

/** Changes with the journal and with everything visible, such as the time left on the card. */
export function threadFingerprint({ seq }: Pick<Thread, 'seq'>, messages: readonly Message[]): string {
  const hash = createHash('sha256');
  for (const { key: name, renderHash } of messages) hash.update(`${name} ${renderHash}\n`);
  return `${seq}-${hash.digest('hex').slice(0, 16)}`;
}
