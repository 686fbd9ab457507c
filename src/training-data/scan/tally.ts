import type { RuleId } from '../data-rules.ts';

/** Location of a record. Pieces are numbered in data order, lines within their piece. */
export interface RecordLocation {
  readonly piece: number;
  readonly line: number;
  readonly offset: number;
}

export function byLocation(one: RecordLocation, other: RecordLocation): number {
  return one.piece - other.piece || one.line - other.line;
}

/** How many samples of each kind are kept: always the first ones in the data. */
const maxSamples = 3;

/** How often something occurred, and where first. */
export interface Occurrences<P extends RecordLocation = RecordLocation> {
  count: number;
  first: readonly P[];
}

export function addOccurrence<P extends RecordLocation>(seen: Occurrences<P>, location: P, times = 1): void {
  seen.count += times;
  const last = seen.first[maxSamples - 1];
  // Locations arrive mostly in order, so usually only the count changes.
  if (last !== undefined && byLocation(last, location) <= 0) return;
  seen.first = [...seen.first, location].toSorted(byLocation).slice(0, maxSamples);
}

export function mergeOccurrences<P extends RecordLocation>(
  into: Occurrences<P>,
  other: Occurrences<P>,
): void {
  for (const location of other.first) addOccurrence(into, location, 0);
  into.count += other.count;
}

export interface Sample extends RecordLocation {
  readonly detail?: string;
}

/** Counts and first occurrences per rule. */
export type Tally = Map<RuleId, Occurrences<Sample>>;

export function note(tally: Tally, rule: RuleId, sample: Sample, times = 1): void {
  addOccurrence(occurrencesOf(tally, rule), sample, times);
}

export function mergeTally(into: Tally, other: Tally): void {
  for (const [rule, seen] of other) mergeOccurrences(occurrencesOf(into, rule), seen);
}

export function noOccurrences<P extends RecordLocation>(): Occurrences<P> {
  return { count: 0, first: [] };
}

/** Returns the occurrences of this key, adding them if there are none. */
export function occurrencesOf<K, P extends RecordLocation>(
  map: Map<K, Occurrences<P>>,
  key: K,
): Occurrences<P> {
  return getOrCreate(map, key, noOccurrences<P>);
}

export function getOrCreate<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const existing = map.get(key);
  if (existing !== undefined) return existing;
  const created = create();
  map.set(key, created);
  return created;
}
