import { Redis } from 'ioredis';
import { OpsError } from '../errors.ts';
import type { Log } from '../log.ts';
import { showRedisUrl, withoutRedisSecrets } from './redis-url.ts';

/**
 * Redis connections with the settings that each use needs.
 * A worker waits for Redis to come back, for ever; whoever answers a person fails fast instead.
 */
export interface Connections {
  /** For BullMQ workers: `maxRetriesPerRequest: null`, as BullMQ demands of blocking connections. */
  readonly forWorkers: Redis;
  /** For everything that answers a person or an alarm: a command is refused at once while Redis is away. */
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

/** For a thread of a worker: it waits for Redis as the worker does, whose log has the reason. */
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

/** BullMQ only warns of a policy that evicts keys; for us a lost key is a lost job, so we do not start on it. */
export function requireNoEviction(memory: ReadonlyMap<string, string>): void {
  const policy = memory.get('maxmemory_policy') ?? 'unknown';
  if (policy !== 'noeviction')
    throw new OpsError('redis-policy', `maxmemory-policy is ${policy}, it must be noeviction`);
}

export function unreachable(url: string, thrown: unknown): OpsError {
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  // The cause is left out: errors of ioredis carry the URL and the AUTH command.
  return new OpsError('redis-unreachable', `${showRedisUrl(url)} (${withoutRedisSecrets(why, url)})`);
}
