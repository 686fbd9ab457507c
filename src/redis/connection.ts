import { Redis } from 'ioredis';
import { OpsError } from '../errors.ts';
import type { Log } from '../log.ts';
import { showRedisUrl, withoutRedisSecrets } from './redis-url.ts';

/** Redis connections. Workers wait forever for Redis to return; code that answers a person fails fast instead. */
export interface Connections {
  /** For BullMQ workers, which require `maxRetriesPerRequest: null` for blocking connections. */
  readonly forWorkers: Redis;
  /** For answers to people and alarms: commands fail immediately while Redis is down. */
  readonly forAnswers: Redis;
  readonly close: () => Promise<void>;
}

const reconnect = (times: number): number => Math.min(times * 200, 2_000);

export async function connect(url: string, log: Log): Promise<Connections> {
  const forAnswers = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    connectTimeout: 3_000,
    commandTimeout: 5_000,
    retryStrategy: reconnect,
  });
  const forWorkers = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: null,
    retryStrategy: reconnect,
  });
  for (const redis of [forAnswers, forWorkers])
    redis.on('error', (error: Error) =>
      log.warn({ error: withoutRedisSecrets(error.message, url) }, 'redis connection'),
    );
  const close = async (): Promise<void> => {
    for (const redis of [forAnswers, forWorkers]) redis.disconnect();
  };
  try {
    await Promise.all([forAnswers.connect(), forWorkers.connect()]);
    requireNoEviction(readInfo(await forAnswers.info('memory')));
  } catch (cause) {
    await close();
    if (cause instanceof OpsError) throw cause;
    throw unreachable(url, cause);
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
  const redis = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: reconnect });
  redis.on('error', () => undefined);
  return redis;
}

/** The `key:value` lines of INFO. */
export function readInfo(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\r\n').map((line) => line.split(':'));
  return new Map(lines.map(([key = '', value = '']) => [key, value]));
}

/** BullMQ only warns about a policy that evicts keys. A lost key is a lost job, so Relight refuses to start. */
export function requireNoEviction(memory: ReadonlyMap<string, string>): void {
  const policy = memory.get('maxmemory_policy') ?? 'unknown';
  if (policy !== 'noeviction')
    throw new OpsError('redis-policy', `maxmemory-policy is ${policy}; it must be noeviction`);
}

export function unreachable(url: string, thrown: unknown): OpsError {
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  // No `cause`: ioredis errors contain the URL and the AUTH command.
  return new OpsError('redis-unreachable', `${showRedisUrl(url)} (${withoutRedisSecrets(why, url)})`);
}
