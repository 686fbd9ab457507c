import type { Catalog } from '../../playbooks/loaded-playbooks.ts';
import type { Clock, PriceOf } from '../../ports/ports.ts';
import { unlessUnreadable } from '../journal/readable.ts';
import type { IncidentStore } from '../journal/store.ts';
import { type FiguresReport, reportOf } from './figures.ts';
import { factsOf } from './incident-facts.ts';

export interface FigureSources {
  readonly store: Pick<IncidentStore, 'ids' | 'journal' | 'tombstones'>;
  readonly catalog: Pick<Catalog, 'get'>;
  readonly clock: Clock;
  readonly priceOf: PriceOf;
}

/** The figures from the journals of this installation. One journal at a time is in memory. */
export async function readFigures(
  { store, catalog, clock, priceOf }: FigureSources,
  month?: string,
): Promise<FiguresReport> {
  const facts = (await store.tombstones.all()).map(({ counted }) => counted.facts ?? []);
  for (const id of await store.ids('all')) {
    const journal = await unlessUnreadable(store.journal(id));
    if (journal !== undefined) facts.push(factsOf(journal, catalog, clock.now()) ?? []);
  }
  return reportOf(facts.flat(), priceOf, month);
}
