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
  const isNext = createChainCheck();
  const broken = journal.findIndex((entry) => !isNext(entry));
  return broken === -1 ? undefined : broken;
}

/** Takes the entries of one journal in order, and tells of each whether it continues the chain. */
export function createChainCheck(): (entry: Link<unknown> & { readonly hash: string }) => boolean {
  let expected = { seq: 0, prev: genesis };
  return ({ hash, ...rest }) => {
    const holds = rest.seq === expected.seq && rest.prev === expected.prev && sha256(rest) === hash;
    expected = { seq: rest.seq + 1, prev: hash };
    return holds;
  };
}
