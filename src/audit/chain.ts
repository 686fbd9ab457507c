import { sha256 } from '../ports/canonical.ts';

/** The hash before the first entry of a journal. */
export const genesis: string = '0'.repeat(64);

/** The fields that every chained journal's entries have, whatever their events. */
interface Link<Event> {
  readonly seq: number;
  readonly at: number;
  readonly event: Event;
  readonly prev: string;
}

/** Links an entry to the previous one: changing, dropping or moving any entry breaks every later hash. */
export function seal<Event>(entry: Link<Event>): Link<Event> & { readonly hash: string } {
  return { ...entry, hash: sha256(entry) };
}

/** The sequence number of the first entry that breaks the chain; undefined if the chain is intact. */
export function firstBreak(
  journal: readonly (Link<unknown> & { readonly hash: string })[],
): number | undefined {
  let prev = genesis;
  for (const [seq, entry] of journal.entries()) {
    const { hash, ...rest } = entry;
    if (entry.seq !== seq || entry.prev !== prev || sha256(rest) !== hash) return seq;
    prev = hash;
  }
  return undefined;
}
