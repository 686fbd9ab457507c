import { Redis } from 'ioredis';
import type { Log } from '../log.ts';
import { withoutRedisSecrets } from './redis-url.ts';
import { readInfo } from './server/ask-server.ts';
import { followPrimary } from './server/follow-primary.ts';
import { cutHungConnections } from './server/hung-connections.ts';
import { requireNoEviction } from './server/requirements.ts';
import { whyUnusable } from './server/why-unusable.ts';

/** Redis connections. Workers wait forever for Redis to return; code that answers a person fails fast instead. */
export interface Connections {
  /** For BullMQ workers, which require `maxRetriesPerRequest: null` for blocking connections. */
  readonly forWorkers: Redis;
  /** For answers to people and alarms: commands fail immediately while Redis is down. */
  readonly forAnswers: Redis;
  readonly close: () => Promise<void>;
}

/** Throws `redis-unreachable`, `redis-read-only` or `redis-policy`. */
export async function connect(url: string, log: Log): Promise<Connections> {
  const forAnswers = new Redis(url, {
    ...followPrimary,
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    connectTimeout: 3_000,
    commandTimeout: 5_000,
  });
  const forWorkers = new Redis(url, { ...followPrimary, lazyConnect: true, maxRetriesPerRequest: null });
  const both = [forAnswers, forWorkers];
  for (const redis of both)
    redis.on('error', (error: Error) =>
      log.warn({ error: withoutRedisSecrets(error.message, url) }, 'redis connection'),
    );
  const watching = cutHungConnections(url, both, log);
  const close = async (): Promise<void> => {
    clearInterval(watching);
    for (const redis of both) redis.disconnect();
  };
  try {
    await Promise.all(both.map(async (redis) => redis.connect()));
    // BullMQ copies these options for its blocking connections. Those that connect lazily give up at the first failure.
    forWorkers.options.lazyConnect = false;
    requireNoEviction(readInfo(await forAnswers.info('memory')));
  } catch (cause) {
    await close();
    throw await whyUnusable(url, cause);
  }
  return { forWorkers, forAnswers, close };
}

/** For a command that also works without Redis. It connects when asked to, and never again. */
export function connectOnce(url: string): Redis {
  const redis = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    // ioredis waits this long for a connection that has already ended, and so does the command.
    disconnectTimeout: 100,
    retryStrategy: () => null,
  });
  redis.on('error', () => undefined);
  return redis;
}

/** For a reader process. It waits for Redis like a worker, which logs the errors. */
export function connectThread(url: string): Redis {
  const redis = new Redis(url, { ...followPrimary, maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  cutHungConnections(url, [redis]);
  return redis;
}
