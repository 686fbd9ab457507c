import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { OpsError } from '../../errors.ts';
import { key } from '../keys.ts';
import { type Info, readInfo } from './ask-server.ts';
import { requireDurable, requireNoEviction } from './requirements.ts';
import { whyUnusable } from './why-unusable.ts';

interface WriteCheck {
  readonly redis: Redis;
  readonly url: string;
  /** False if Redis may run without durability: `RELIGHT_REDIS=not-durable`. */
  readonly durable: boolean;
}

/**
 * Whether Redis takes writes and keeps them: writes a key, reads it back, and looks at the settings, which a replacement
 * may not have. A PING answers on a replica and with full memory. Resolves to one line that says what is wrong.
 */
export function createWriteCheck({ redis, url, durable }: WriteCheck): () => Promise<string | undefined> {
  const own = key('write-check', randomUUID());
  return async () => {
    try {
      const written = randomUUID();
      const [, kept, info] = await Promise.all([
        redis.set(own, written, 'PX', 60_000),
        redis.get(own),
        redis.info(),
      ]);
      if (kept !== written) return `Redis took a write and does not have it: ${kept ?? 'the key is missing'}`;
      requireSettings(readInfo(info), durable);
      return undefined;
    } catch (thrown) {
      return (await whyUnusable(url, thrown)).line;
    }
  };
}

function requireSettings(info: Info, durable: boolean): void {
  requireNoEviction(info);
  if (!durable) return;
  requireDurable(info);
  if (info.get('aof_enabled') === '1' && info.get('aof_last_write_status') !== 'ok')
    throw new OpsError('redis-not-durable', 'Redis cannot write its append-only file; is its disk full?');
}
