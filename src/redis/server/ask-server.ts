import { Redis } from 'ioredis';
import { OpsError } from '../../errors.ts';
import { showRedisUrl, withoutRedisSecrets } from '../redis-url.ts';

/** The `key:value` lines of INFO. */
export type Info = ReadonlyMap<string, string>;

export function readInfo(text: string): Info {
  const lines = text.split('\r\n').map((line) => line.split(':'));
  return new Map(lines.map(([key = '', ...value]) => [key, value.join(':')]));
}

/** Asks on a connection of its own, which is not retried. Throws `redis-unreachable`. */
export async function askServer<T>(
  url: string,
  question: (redis: Redis) => Promise<T>,
  timeoutMs = 3_000,
): Promise<T> {
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    // ioredis waits this long for the server to close its end.
    disconnectTimeout: 100,
    retryStrategy: () => null,
  });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return await question(redis);
  } catch (cause) {
    throw cause instanceof OpsError ? cause : unreachable(url, cause);
  } finally {
    redis.disconnect();
  }
}

export async function serverInfo(url: string, section = 'default', timeoutMs?: number): Promise<Info> {
  return askServer(url, async (redis) => readInfo(await redis.info(section)), timeoutMs);
}

export function unreachable(url: string, thrown: unknown): OpsError {
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  // No `cause`: ioredis errors contain the URL and the AUTH command.
  return new OpsError('redis-unreachable', `${showRedisUrl(url)} (${withoutRedisSecrets(why, url)})`);
}
