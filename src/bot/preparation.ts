import { LRUCache } from 'lru-cache';
import { firstWithin } from './clicks/deadline.ts';
import type { BotServices } from './services.ts';
import type { Preparation } from './views/home/home-section.ts';

/** Reading takes every journal, so it happens at most this often, however many incidents change. */
const keptMs = 60_000;
const waitMs = 1_000;

/** The preparation for the next failure, up to a minute old; undefined while it is being read for the first time. */
export function createPreparation({
  readiness,
  log,
}: Pick<BotServices, 'readiness' | 'log'>): () => Promise<Preparation | undefined> {
  const kept = new LRUCache<'now', Preparation>({
    max: 1,
    ttl: keptMs,
    fetchMethod: async () => {
      const [report, drills] = await Promise.all([readiness.current(), readiness.drills()]);
      return { report, drills };
    },
  });
  return async () =>
    firstWithin(waitMs, kept.fetch('now')).catch((error: unknown) => {
      log.warn({ error: String(error) }, 'the readiness could not be read');
      return undefined;
    });
}
