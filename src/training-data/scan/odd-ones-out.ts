import type { RuleId } from '../data-rules.ts';
import { excerpt } from '../judge/problem.ts';
import type { Kind } from '../judge/variants.ts';
import type { RecordSchema } from '../schemas.ts';
import {
  type Columns,
  mergeOccurrences,
  noOccurrences,
  note,
  type Occurrences,
  type Tally,
} from './tally.ts';

/** Fields that few records have, and fields whose type differs from most records. No loader reports these. */
export function noteColumns(columns: Columns, records: number, schema: RecordSchema, tally: Tally): void {
  const known = new Set([...schema.fields, ...(schema.oneOf ?? []).flat()].map(({ path }) => path[0]));
  for (const [name, kinds] of columns) {
    if (known.has(name)) continue;
    const all: Occurrences = noOccurrences();
    for (const seen of kinds.values()) mergeOccurrences(all, seen);
    if (all.count * 2 < records) noteOccurrences(tally, 'extra-field', all, excerpt(name));
    else noteMinorities(kinds, name, tally);
  }
}

function noteMinorities(kinds: ReadonlyMap<Kind, Occurrences>, name: string, tally: Tally): void {
  const typed = [...kinds].filter(([kind]) => kind !== 'null');
  const usual = mostSeen(typed);
  for (const [kind, seen] of typed)
    if (kind !== usual)
      noteOccurrences(tally, 'mixed-types', seen, `${excerpt(name)} is ${kind}, not ${usual}`);
}

/** Records of a form that the schema allows but most others do not have. Returns how many there are. */
export function noteVariants(variants: ReadonlyMap<string, Occurrences>, tally: Tally): number {
  const usual = mostSeen([...variants]);
  let odd = 0;
  for (const [name, seen] of variants) {
    if (name === usual) continue;
    odd += seen.count;
    noteOccurrences(tally, 'mixed-schema', seen, `${name}; most have ${usual}`);
  }
  return odd;
}

/** Ties are broken by name, because the order of the pieces must not matter. */
function mostSeen<K extends string>(seen: readonly (readonly [K, Occurrences])[]): K | undefined {
  const inOrder = seen.toSorted(([x, one], [y, other]) => other.count - one.count || (x < y ? -1 : 1));
  return inOrder[0]?.[0];
}

/** Adds the first occurrences as samples of a rule. */
function noteOccurrences(tally: Tally, rule: RuleId, { count, first }: Occurrences, detail: string): void {
  for (const [index, location] of first.entries())
    note(tally, rule, { ...location, detail }, index === 0 ? count : 0);
}
