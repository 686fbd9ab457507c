import type { Redis } from 'ioredis';

const perPage = 500;

/** The lines of a list in Redis, oldest first. Only one page is in memory at a time. */
export async function* pagedLines(redis: Redis, key: string): AsyncGenerator<string> {
  for (let from = 0; ; from += perPage) {
    const page = await redis.lrange(key, from, from + perPage - 1);
    yield* page;
    if (page.length < perPage) return;
  }
}
