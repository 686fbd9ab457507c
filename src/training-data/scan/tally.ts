import type { RuleId } from '../data-rules.ts';
import { join, type Place, type Seen, see } from './place.ts';

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
