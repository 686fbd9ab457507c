import type { SchemaName } from '../schemas.ts';
import { useOf } from '../split-name.ts';
import { byText, type Column, type ColumnKind, type Columns, type ColumnType, typeOf } from './columns.ts';
import { byLocation, note, type RecordLocation, type Tally } from './tally.ts';

/** One object as the loader reads it, with the columns of its first 10 MiB and of the rest. */
export interface ObjectColumns {
  readonly key: string;
  /** Its first piece. */
  readonly piece: number;
  readonly head: Columns;
  readonly rest: Columns;
}

/**
 * Differences from the columns that `datasets` expects. It takes the names and types of all columns from the first
 * 10 MiB of the first file, and casts all others to them. Files of test data come after those of training data.
 */
export function noteObjects(objects: readonly ObjectColumns[], schema: SchemaName, tally: Tally): void {
  const filled = objects.filter(({ head }) => head.size > 0);
  const first = filled.find(({ key }) => useOf(key) === 'train') ?? filled[0];
  if (first === undefined) return;
  const name = first.key.slice(first.key.lastIndexOf('/') + 1);
  // verl loads each file on its own and joins them afterwards: absent columns are null, but nothing is cast.
  const joined = schema === 'verl';
  for (const object of filled) {
    const others = object === first ? [object.rest] : [object.head, object.rest];
    const reference = object === first ? `the first 10 MiB of ${name}` : name;
    for (const columns of others)
      if (columns.size > 0)
        noteDifferences({ columns, expected: first.head, reference, joined, piece: object.piece }, tally);
    if (object !== first) noteMissing(object, first.head, name, tally);
  }
}

interface Comparison {
  readonly columns: Columns;
  readonly expected: Columns;
  /** The name of what is expected. */
  readonly reference: string;
  readonly joined: boolean;
  readonly piece: number;
}

function noteDifferences(comparison: Comparison, tally: Tally): void {
  const { columns, expected, reference, joined } = comparison;
  const added: string[] = [];
  for (const [path, column] of inOrder(columns)) {
    const known = expected.get(path);
    if (known === undefined) {
      const why = whyAbsent(column, path, expected);
      if (why === 'new') added.push(path);
      else if (why === 'empty' && !joined) noteType(comparison, path, 'null', tally);
    } else if (!fits(typeOf(column), typeOf(known), joined)) noteType(comparison, path, typeOf(known), tally);
  }
  // verl fills absent columns with null; only the items of a list must have the same fields.
  const failing = joined ? added.filter((path) => path.includes('[]')) : added;
  noteNames('columns-new', failing, `not in ${reference}`, firstOf(columns, failing), tally);
}

/** `new`: the record or object above it is known. `empty`: an empty list or only null is known instead of items. */
function whyAbsent({ parent }: Column, path: string, expected: Columns): 'new' | 'empty' | 'other' {
  if (parent === undefined) return 'new';
  const above = expected.get(parent);
  if (above === undefined) return 'other';
  const type = typeOf(above);
  if (path.endsWith('[]')) return type === 'list' ? 'empty' : 'other';
  return type === 'object' ? 'new' : 'other';
}

function noteType(
  { columns, reference, joined }: Comparison,
  path: string,
  expected: ColumnType,
  tally: Tally,
): void {
  const column = columns.get(path);
  const type = column === undefined ? 'mixed' : typeOf(column);
  if (type === 'null' || type === 'mixed') return;
  const detail = `${path} is ${inWords[type]}, but ${inWords[expected]} in ${reference}`;
  const wrong = firstOf(columns, [path], (kind) => !fits(kind, expected, joined));
  note(tally, 'types-differ', { ...wrong, detail });
}

const inWords: Readonly<Record<ColumnType, string>> = {
  null: 'always null or empty',
  boolean: 'true or false',
  integer: 'a whole number',
  decimal: 'a decimal number',
  date: 'a date',
  text: 'text',
  list: 'a list',
  object: 'an object',
  mixed: 'of several types',
};

/** The types that pyarrow casts a column to, beside its own. `null` and mixed types are reported elsewhere. */
const casts: Partial<Readonly<Record<ColumnType, readonly ColumnType[]>>> = {
  boolean: ['integer', 'decimal', 'text'],
  integer: ['boolean', 'decimal', 'text'],
  decimal: ['boolean', 'text'],
  date: ['text', 'integer'],
};

function fits(type: ColumnType, expected: ColumnType, joined: boolean): boolean {
  if (type === expected || type === 'null' || type === 'mixed' || expected === 'mixed') return true;
  return joined ? expected === 'null' : (casts[type] ?? []).includes(expected);
}

/** Columns of the first object that this one lacks. Only the outermost are named. */
function noteMissing(
  { head, rest, piece }: ObjectColumns,
  expected: Columns,
  name: string,
  tally: Tally,
): void {
  const has = (path: string): boolean => head.has(path) || rest.has(path);
  const isObject = (path: string): boolean =>
    [head, rest].some((columns) => columns.get(path)?.kinds.has('object'));
  const missing = inOrder(expected).filter(
    ([path, { parent }]) => !path.endsWith('[]') && !has(path) && (parent === undefined || isObject(parent)),
  );
  const paths = missing.map(([path]) => path);
  noteNames('columns-missing', paths, `only in ${name}`, { piece, line: 0, offset: 0 }, tally);
}

/** Enough to see what is different. */
const maxNames = 12;

function noteNames(
  rule: 'columns-new' | 'columns-missing',
  paths: readonly string[],
  where: string,
  location: RecordLocation,
  tally: Tally,
): void {
  if (paths.length === 0) return;
  const more = paths.length > maxNames ? ` and ${paths.length - maxNames} more` : '';
  note(tally, rule, { ...location, detail: `${paths.slice(0, maxNames).join(', ')}${more}: ${where}` });
}

/** The first record with one of these columns, if possible with a kind that counts. */
function firstOf(
  columns: Columns,
  paths: readonly string[],
  counts: (kind: ColumnKind) => boolean = (kind) => kind !== 'null',
): RecordLocation {
  const kinds = paths.flatMap((path) => [...(columns.get(path)?.kinds ?? [])]);
  const telling = kinds.filter(([kind]) => counts(kind));
  const locations = (telling.length > 0 ? telling : kinds).flatMap(([, { first }]) => first);
  return locations.toSorted(byLocation)[0] ?? { piece: 0, line: 0, offset: 0 };
}

function inOrder(columns: Columns): readonly (readonly [string, Column])[] {
  return [...columns].toSorted(([one], [other]) => byText(one, other));
}
