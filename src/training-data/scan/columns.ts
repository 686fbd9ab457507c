import { getOrCreate, mergeOccurrences, noOccurrences, type Occurrences } from './tally.ts';

/** The types between which pyarrow tells values of a column apart. It reads ISO 8601 as a timestamp. */
export type ColumnKind = 'null' | 'boolean' | 'integer' | 'decimal' | 'date' | 'text' | 'list' | 'object';

/** The kinds of values of one column or of a field in it. Each record counts once for a kind. */
export interface Column {
  /** Absent at the top of a record. */
  readonly parent?: string;
  readonly kinds: Map<ColumnKind, Occurrences>;
}

/** By path, such as `messages[].content`. */
export type Columns = Map<string, Column>;

/** How many columns are kept: the alphabetically first ones, so that the choice does not depend on the pieces. */
export const maxColumns = 512;

/** `child` is a key, or absent for the items of a list. Keys with a dot or a bracket are quoted. */
export function pathOf(parent: string | undefined, child?: string): string {
  if (child === undefined) return `${parent ?? ''}[]`;
  const key = /[.[\]"]/.test(child) || child === '' ? JSON.stringify(child) : child;
  return parent === undefined ? key : `${parent}.${key}`;
}

export function mergeColumns(into: Columns, other: Columns): void {
  for (const [path, { parent, kinds }] of other)
    for (const [kind, seen] of kinds) mergeOccurrences(occurrencesIn(into, path, parent, kind), seen);
  keepFirst(into);
}

/** Deletes all but the first columns if there are many more. Returns the last one kept if any was deleted. */
export function keepFirst(columns: Columns, slack = 0): string | undefined {
  if (columns.size <= maxColumns + slack) return undefined;
  // A parent is a prefix of its children, so it is kept if they are.
  const paths = [...columns.keys()].toSorted(byText);
  for (const path of paths.slice(maxColumns)) columns.delete(path);
  return paths[maxColumns - 1];
}

export function byText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

/** Adds the column and the kind if they are new. */
export function occurrencesIn(
  columns: Columns,
  path: string,
  parent: string | undefined,
  kind: ColumnKind,
): Occurrences {
  const { kinds } = getOrCreate(columns, path, () => newColumn(parent));
  return getOrCreate(kinds, kind, noOccurrences);
}

function newColumn(parent: string | undefined): Column {
  return { ...(parent !== undefined && { parent }), kinds: new Map() };
}

/** The kind that all values of a column have together: `mixed` if pyarrow has no type for them. */
export type ColumnType = ColumnKind | 'mixed';

export function typeOf({ kinds }: Column): ColumnType {
  const there = [...kinds.keys()].filter((kind) => kind !== 'null');
  const [one, ...others] = there;
  if (one === undefined) return 'null';
  if (others.length === 0) return one;
  if (there.every((kind) => kind === 'integer' || kind === 'decimal')) return 'decimal';
  return there.every((kind) => kind === 'date' || kind === 'text') ? 'text' : 'mixed';
}

/** The words for the kinds that are different types in one file. */
export function familyOf(kind: ColumnKind): 'number' | 'text' | 'boolean' | 'list' | 'object' | 'null' {
  if (kind === 'integer' || kind === 'decimal') return 'number';
  return kind === 'date' ? 'text' : kind;
}
