import type { RuleId } from '../data-rules.ts';
import { excerpt } from '../judge/problem.ts';
import type { RecordSchema } from '../schemas.ts';
import { type Columns, familyOf } from './columns.ts';
import { byLocation, mergeOccurrences, note, type Occurrences, occurrencesOf, type Tally } from './tally.ts';

/** Fields that few records have. Trainers ignore them or read null in the others. */
export function noteExtraFields(
  objects: readonly Columns[],
  records: number,
  schema: RecordSchema,
  tally: Tally,
): void {
  const known = new Set([...schema.fields, ...(schema.oneOf ?? []).flat()].map(({ path }) => path[0]));
  const seen = new Map<string, Occurrences>();
  for (const columns of objects)
    for (const [path, { parent, kinds }] of columns)
      if ((parent === undefined && !known.has(path)) || parent === inner)
        for (const one of kinds.values()) mergeOccurrences(occurrencesOf(seen, path), one);
  for (const [path, all] of seen)
    if (all.count * 2 < records) noteOccurrences(tally, 'extra-field', all, excerpt(path));
}

/** Datasets have their own fields in here, which a loader also turns into columns. */
const inner = 'extra_info';

/**
 * Values of another type than most in the same file, at any depth. pyarrow, and with it `datasets` before 4.7, stops at
 * the first; later versions leave the whole column as JSON, so that the trainer gets values of both types.
 */
export function noteMixedTypes(columns: Columns, schema: RecordSchema, tally: Tally): void {
  // Fields of which a schema allows several forms are compared by form.
  const compared = [...schema.fields.filter(({ type }) => type === 'prompt'), ...(schema.oneOf ?? []).flat()];
  const skipped = new Set(compared.map(({ path }) => path.join('.')));
  for (const [path, { kinds }] of columns) {
    if (skipped.has(path)) continue;
    const families = new Map<string, Occurrences>();
    for (const [kind, seen] of kinds)
      if (kind !== 'null') mergeOccurrences(occurrencesOf(families, familyOf(kind)), seen);
    if (families.size > 1) noteMinorities(families, path, tally);
  }
}

function noteMinorities(families: ReadonlyMap<string, Occurrences>, path: string, tally: Tally): void {
  const usual = mostSeen([...families]);
  for (const [family, seen] of families)
    if (family !== usual)
      noteOccurrences(tally, 'mixed-types', seen, `${excerpt(path)} is ${family}, not ${usual}`);
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

/** The first of equally frequent ones is usual, and then the alphabetically first: the order of the pieces must not matter. */
function mostSeen<K extends string>(seen: readonly (readonly [K, Occurrences])[]): K | undefined {
  const inOrder = seen.toSorted(
    ([x, one], [y, other]) => other.count - one.count || byFirst(one, other) || (x < y ? -1 : 1),
  );
  return inOrder[0]?.[0];
}

/** Adds the first occurrences as samples of a rule. */
function noteOccurrences(tally: Tally, rule: RuleId, { count, first }: Occurrences, detail: string): void {
  for (const [index, location] of first.entries())
    note(tally, rule, { ...location, detail }, index === 0 ? count : 0);
}

function byFirst({ first: [one] }: Occurrences, { first: [other] }: Occurrences): number {
  return one === undefined || other === undefined ? 0 : byLocation(one, other);
}
