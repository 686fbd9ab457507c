import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { IncidentEvent } from '../model/events.ts';

/** The newest incidents of a fingerprint that are kept. */
export const maxAlike = 100;

export const alikeKey = (fingerprint: string): string => `{relight}:incidents:alike:${fingerprint}`;

/** Results of other steps can have fingerprints too, of files; only a diagnosis has a strategy. */
const Diagnosed = z.object({ fingerprint: z.string().regex(/^[0-9a-f]{16}$/), strategy: z.string() });

/** The fingerprints that these events add to an incident. */
export function fingerprintsIn(events: readonly IncidentEvent[]): readonly string[] {
  const found = events.flatMap((event) =>
    event.type === 'step-done' ? (Diagnosed.safeParse(event.result).data?.fingerprint ?? []) : [],
  );
  return [...new Set(found)];
}

/** Oldest first. */
export async function idsAlike(redis: Redis, fingerprint: string): Promise<readonly string[]> {
  return redis.zrange(alikeKey(fingerprint), '0', '-1');
}

const batch = 500;

/** Removes incidents from all indexes. Redis keeps no empty set, so the index of a fingerprint goes with its last incident. */
export async function removeFromIndexes(redis: Redis, ids: readonly string[]): Promise<void> {
  let cursor = '0';
  do {
    const [next, found] = await redis.scan(cursor, 'MATCH', alikeKey('*'), 'COUNT', batch);
    for (const index of found) await redis.zrem(index, ...ids);
    cursor = next;
  } while (cursor !== '0');
}
