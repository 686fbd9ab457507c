import { Redis } from 'ioredis';
import { type RedisServer, startRedisServer } from '../../sandbox/redis.ts';

export interface TestRedis extends RedisServer {
  readonly client: Redis;
}

/** Starts a Redis server and a client for one test. */
export async function startRedis(options: readonly string[] = []): Promise<TestRedis> {
  const server = await startRedisServer(options);
  const client = new Redis(server.url, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
  client.on('error', () => undefined);
  return {
    ...server,
    client,
    close: async () => {
      client.disconnect();
      await server.close();
    },
  };
}
