import { createHash } from 'node:crypto';
import canonicalizeModule from 'canonicalize';
import { OpsError } from '../errors.ts';

// The package's types declare an ES default export; its code is CommonJS, so under Node the import is the function itself.
const canonicalize = canonicalizeModule as unknown as (value: unknown) => string | undefined;

/** The hash before the first entry of a journal. */
export const genesis: string = '0'.repeat(64);

/** RFC 8785 canonical JSON: the same value always gives the same bytes. */
export function canonical(value: unknown): string {
  const json = canonicalize(value);
  if (json === undefined) throw new OpsError('unexpected', 'a value without a JSON form was to be hashed');
  return json;
}

export function sha256(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}

/** What every chained journal has in an entry, whatever its events are. */
interface Link<Event> {
  readonly seq: number;
  readonly at: number;
  readonly event: Event;
  readonly prev: string;
}

/** Ties an entry to the one before it: changing, dropping or moving any entry breaks every hash after it. */
export function seal<Event>(entry: Link<Event>): Link<Event> & { readonly hash: string } {
  return { ...entry, hash: sha256(entry) };
}

/** The sequence number of the first entry that does not follow from those before it; undefined when all hold. */
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
