import { type Kind, kindOf } from '../judge/judge-fields.ts';
import {
  addOccurrence,
  getOrCreate,
  mergeOccurrences,
  noOccurrences,
  type Occurrences,
  type RecordLocation,
} from './tally.ts';

/** Per field, how often it had which kind of value. A null counts only for the presence of the field. */
export type Columns = Map<string, Map<Kind, Occurrences>>;

/**
 * How many different fields are counted. The choice must not depend on the pieces, so the alphabetically first ones
 * are kept.
 */
const maxColumns = 256;

/** The object whose fields a loader also turns into columns. */
const inner = 'extra_info';

export function addColumns(
  columns: Columns,
  record: Readonly<Record<string, unknown>>,
  location: RecordLocation,
): void {
  for (const name of Object.keys(record)) {
    const value = record[name];
    addColumn(columns, name, value, location);
    if (name === inner && typeof value === 'object' && value !== null)
      for (const [key, item] of Object.entries(value)) addColumn(columns, `${inner}.${key}`, item, location);
  }
}

function addColumn(columns: Columns, name: string, value: unknown, location: RecordLocation): void {
  addOccurrence(getOrCreate(getOrCreate(columns, name, newKinds), kindOf(value), noOccurrences), location);
  if (columns.size > maxColumns) dropLast(columns);
}

export function mergeColumns(into: Columns, other: Columns): void {
  for (const [name, kinds] of other)
    for (const [kind, seen] of kinds)
      mergeOccurrences(getOrCreate(getOrCreate(into, name, newKinds), kind, noOccurrences), seen);
  while (into.size > maxColumns) dropLast(into);
}

function newKinds(): Map<Kind, Occurrences> {
  return new Map();
}

function dropLast(columns: Columns): void {
  let last = '';
  for (const name of columns.keys()) if (name > last) last = name;
  columns.delete(last);
}
