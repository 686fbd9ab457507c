import type { Redis } from 'ioredis';

/** True for the first caller with a key within the time, among all processes. */
export type Once = (key: string) => Promise<boolean>;

export function createOnce(redis: Redis, seconds: number): Once {
  return async (key) => (await redis.set(`{relight}:once:${key}`, '1', 'EX', seconds, 'NX')) === 'OK';
}
