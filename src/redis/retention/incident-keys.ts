import type { Redis } from 'ioredis';
import { grownKey } from '../../incidents/journal/journal-writer.ts';
import { key } from '../keys.ts';

const batch = 200;

/** Removes what Redis holds about these incidents, or threads of notices, besides their journals. Repeating it does no harm. */
export function createIncidentKeys(redis: Redis): {
  readonly remove: (incidents: readonly string[]) => Promise<void>;
} {
  return {
    remove: async (incidents) => {
      for (let from = 0; from < incidents.length; from += batch)
        await removeBatch(redis, incidents.slice(from, from + batch));
      await removeLaunches(redis, new Set(incidents));
    },
  };
}

async function removeBatch(redis: Redis, incidents: readonly string[]): Promise<void> {
  // The decisions of an incident in the audit channel are a thread of its own.
  const threads = incidents.flatMap((id) => [id, `audit-${id}`]);
  const names = ['outbox', 'outbox-files'] as const;
  await redis.unlink(
    ...threads.flatMap((thread) => names.map((name) => key(name, thread))),
    ...incidents.map((id) => key('drill', id)),
  );
  await redis.hdel(key('outbox-shown'), ...threads);
  await redis.zrem(grownKey, ...incidents);
  for (const name of ['followed', 'held', 'journals:unsigned', 'paged', 'snoozed'] as const)
    await redis.zrem(key(name), ...incidents);
}

/** The index is by job, so it is read a part at a time. */
async function removeLaunches(redis: Redis, incidents: ReadonlySet<string>): Promise<void> {
  const launches = key('launched-jobs');
  let cursor = '0';
  do {
    const [next, found] = await redis.hscan(launches, cursor, 'COUNT', batch);
    const jobs = found.filter((_, at) => at % 2 === 0 && incidents.has(found[at + 1] ?? ''));
    if (jobs.length > 0) await redis.hdel(launches, ...jobs);
    cursor = next;
  } while (cursor !== '0');
}
