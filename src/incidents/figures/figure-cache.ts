import { LRUCache } from 'lru-cache';
import { unlessUnreadable } from '../journal/readable.ts';
import { type FiguresReport, reportOf } from './figures.ts';
import { factsOf, type IncidentFacts } from './incident-facts.ts';
import type { FigureSources } from './read-figures.ts';

/** Journals are read at most this often, however many people and scrapers ask. */
const readEveryMs = 60_000;
/** An incident that was reopened and closed again between two reads is counted anew after this time. */
const closedMs = 60 * 60_000;
const maxClosed = 20_000;

export interface FigureCache {
  /** For one month, or for all; up to a minute old. */
  readonly report: (month?: string) => Promise<FiguresReport>;
}

/** The figures of this installation, kept for a minute. Of closed incidents only the counted facts stay in memory. */
export function createFigureCache(sources: FigureSources): FigureCache {
  const { clock, priceOf } = sources;
  const read = createFactReader(sources);
  let last: { readonly at: number; readonly facts: Promise<readonly IncidentFacts[]> } | undefined;
  return {
    report: async (month) => {
      const now = clock.now();
      if (last === undefined || now - last.at >= readEveryMs) {
        const begun = { at: now, facts: read() };
        last = begun;
        begun.facts.catch(() => {
          // A failed read is not kept.
          if (last === begun) last = undefined;
        });
      }
      return reportOf(await last.facts, priceOf, month);
    },
  };
}

function createFactReader({ store, catalog, clock }: FigureSources): () => Promise<readonly IncidentFacts[]> {
  const closed = new LRUCache<string, { readonly facts: IncidentFacts | undefined }>({
    max: maxClosed,
    ttl: closedMs,
  });
  return async () => {
    const open = new Set(await store.ids('open'));
    const all: IncidentFacts[] = (await store.tombstones.all()).flatMap(({ counted }) => counted.facts ?? []);
    for (const id of await store.ids('all')) {
      const kept = open.has(id) ? undefined : closed.get(id);
      const journal = kept === undefined ? await unlessUnreadable(store.journal(id)) : undefined;
      const { facts } = kept ?? { facts: journal && factsOf(journal, catalog, clock.now()) };
      if (open.has(id)) closed.delete(id);
      else if (kept === undefined) closed.set(id, { facts });
      if (facts !== undefined) all.push(facts);
    }
    return all;
  };
}
