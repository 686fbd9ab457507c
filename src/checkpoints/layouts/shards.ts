import { largest, smallest } from '../../ports/collections.ts';
import type { CheckpointFinding, Findings } from '../checkpoint-finding.ts';
import type { CheckpointView, Listing } from '../checkpoint-view.ts';

/** Splits a name from a set of files that differ in one number into `[head, number, tail]`. */
export type Numbered = (name: string) => readonly [head: string, rank: string, tail: string] | undefined;

/** Creates such a parser from a pattern with three groups. */
export function numbered(pattern: RegExp): Numbered {
  return (name) => {
    const [, head, rank, tail] = pattern.exec(name) ?? [];
    return head === undefined || rank === undefined || tail === undefined ? undefined : [head, rank, tail];
  };
}

/** Names missing from the numbering: every set must run from 0 to the highest number of any set. */
export function gapsIn(names: readonly string[], read: Numbered, atLeast = 0): string[] {
  const parts = names.flatMap((name) => {
    const found = read(name);
    return found === undefined ? [] : [found];
  });
  if (parts.length === 0) return [];
  const width = smallest(parts.map(([, rank]) => rank.length));
  const total = Math.max(atLeast, largest(parts.map(([, rank]) => Number(rank) + 1)));
  const sets = new Map(parts.map(([head, , tail]) => [`${head}\n${tail}`, { head, tail }]));
  function* wanted(): Generator<string> {
    for (const { head, tail } of sets.values())
      for (let rank = 0; rank < total; rank += 1) yield `${head}${String(rank).padStart(width, '0')}${tail}`;
  }
  return absentOf(wanted(), new Set(names));
}

/** File names are untrusted: cap the list, so that a name with a rank in the billions cannot exhaust memory. */
const maxAbsent = 1_000;

export function absentOf(wanted: Iterable<string>, present: { has(name: string): boolean }): string[] {
  const absent: string[] = [];
  for (const name of wanted) {
    if (!present.has(name)) absent.push(name);
    if (absent.length === maxAbsent) break;
  }
  return absent;
}

/** Names that every earlier checkpoint has and this one lacks. */
export function goneSince({ files, earlier }: CheckpointView, belongs: (name: string) => boolean): string[] {
  const [first, ...others] = earlier;
  const before = [...(first?.files.keys() ?? [])].filter(belongs);
  const always = before.filter((name) => others.every((other: Listing) => other.files.has(name)));
  return always.filter((name) => !files.has(name));
}

/** One finding for all of them, `x.pt` or `x.pt and 7 more`; empty if nothing is missing. */
export function missing(
  view: CheckpointView,
  names: readonly string[],
  severity: CheckpointFinding['severity'],
  says: string,
): Findings {
  const [first, ...more] = [...new Set(names)].toSorted();
  if (first === undefined) return [];
  const file = `${view.prefix}${first}${more.length === 0 ? '' : ` and ${more.length} more`}`;
  return [{ file, severity, says: `${more.length === 0 ? 'is' : 'are'} missing: ${says}` }];
}
