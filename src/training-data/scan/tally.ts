import type { RuleId } from '../data-rules.ts';

/** Where a record stands: pieces are numbered in the order of the data, lines in their piece. */
export interface Place {
  readonly piece: number;
  readonly line: number;
  readonly offset: number;
}

export function inOrder(one: Place, other: Place): number {
  return one.piece - other.piece || one.line - other.line;
}

/** So many samples of each kind are kept, always the ones that stand first. */
const kept = 3;

/** How often something was seen, and where first. */
export interface Seen<P extends Place = Place> {
  count: number;
  first: readonly P[];
}

export function see<P extends Place>(seen: Seen<P>, place: P, times = 1): void {
  seen.count += times;
  const last = seen.first[kept - 1];
  // Places come mostly in order: then nothing is to be done but count.
  if (last !== undefined && inOrder(last, place) <= 0) return;
  seen.first = [...seen.first, place].toSorted(inOrder).slice(0, kept);
}

export function join<P extends Place>(into: Seen<P>, other: Seen<P>): void {
  for (const place of other.first) see(into, place, 0);
  into.count += other.count;
}

export interface Sample extends Place {
  readonly detail?: string;
}

/** Counts for each rule, and where it was broken first. */
export type Tally = Map<RuleId, Seen<Sample>>;

export function note(tally: Tally, rule: RuleId, sample: Sample, times = 1): void {
  see(seenOf(tally, rule, newSeen), sample, times);
}

export function joinTally(into: Tally, other: Tally): void {
  for (const [rule, seen] of other) join(seenOf(into, rule, newSeen), seen);
}

export function newSeen<P extends Place>(): Seen<P> {
  return { count: 0, first: [] };
}

/** What the map holds under this key; when there is nothing yet, something new. */
export function seenOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const standing = map.get(key);
  if (standing !== undefined) return standing;
  const made = make();
  map.set(key, made);
  return made;
}
