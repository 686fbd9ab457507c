import { type Kind, kindOf } from '../judge/judge-fields.ts';
import { join, newSeen, type Place, type Seen, see, seenOf } from './tally.ts';

/** For each field, how often it held which kind of value; a null counts for the field only. */
export type Columns = Map<string, Map<Kind, Seen>>;

/** So many different fields are counted. Which ones, must not depend on the pieces: the first in the alphabet. */
const most = 256;

/** Fields of an object that a loader makes columns of, too. */
const inner = 'extra_info';

export function addColumns(columns: Columns, record: Readonly<Record<string, unknown>>, place: Place): void {
  for (const name of Object.keys(record)) {
    const value = record[name];
    addColumn(columns, name, value, place);
    if (name === inner && typeof value === 'object' && value !== null)
      for (const [key, item] of Object.entries(value)) addColumn(columns, `${inner}.${key}`, item, place);
  }
}

function addColumn(columns: Columns, name: string, value: unknown, place: Place): void {
  see(seenOf(seenOf(columns, name, newKinds), kindOf(value), newSeen), place);
  if (columns.size > most) dropLast(columns);
}

export function joinColumns(into: Columns, other: Columns): void {
  for (const [name, kinds] of other)
    for (const [kind, seen] of kinds) join(seenOf(seenOf(into, name, newKinds), kind, newSeen), seen);
  while (into.size > most) dropLast(into);
}

function newKinds(): Map<Kind, Seen> {
  return new Map();
}

function dropLast(columns: Columns): void {
  let last = '';
  for (const name of columns.keys()) if (name > last) last = name;
  columns.delete(last);
}
