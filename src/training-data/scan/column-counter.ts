import { type ColumnKind, type Columns, keepFirst, maxColumns, occurrencesIn, pathOf } from './columns.ts';
import { addOccurrence, type Occurrences, type RecordLocation } from './tally.ts';

/** Values nested deeper than this are not told apart. */
const maxDepth = 12;

/** Counts the kinds of values in all columns of many records. */
export class ColumnCounter {
  readonly #columns: Columns = new Map();
  readonly #top = newBranch(undefined, undefined);
  /** Columns after this one are no longer counted, because there are too many. */
  #last: string | undefined;
  #record = 0;
  #location: RecordLocation = { piece: 0, line: 0, offset: 0 };

  add(record: object, location: RecordLocation): void {
    this.#record += 1;
    this.#location = location;
    for (const [key, value] of Object.entries(record)) this.#addValue(this.#top, key, value, 1);
  }

  columns(): Columns {
    keepFirst(this.#columns);
    return this.#columns;
  }

  #addValue(parent: Branch, key: string | undefined, value: unknown, depth: number): void {
    const branch = this.#branch(parent, key);
    if (branch === undefined) return;
    this.#count(branch, columnKindOf(value));
    if (depth >= maxDepth || typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) for (const item of value) this.#addValue(branch, undefined, item, depth + 1);
    else for (const [inner, item] of Object.entries(value)) this.#addValue(branch, inner, item, depth + 1);
  }

  #count(branch: Branch, kind: ColumnKind): void {
    const leaf = branch.leaves.get(kind) ?? this.#leaf(branch, kind);
    if (leaf.record === this.#record) return;
    leaf.record = this.#record;
    addOccurrence(leaf.seen, this.#location);
  }

  #branch(parent: Branch, key: string | undefined): Branch | undefined {
    const known = key === undefined ? parent.items : parent.keys.get(key);
    if (known !== undefined) return known;
    const path = pathOf(parent.path, key);
    if (this.#last !== undefined && path > this.#last) return undefined;
    const branch = newBranch(path, parent.path);
    if (key === undefined) parent.items = branch;
    else parent.keys.set(key, branch);
    return branch;
  }

  #leaf(branch: Branch, kind: ColumnKind): Leaf {
    const { path = '', parent } = branch;
    const leaf = { record: 0, seen: occurrencesIn(this.#columns, path, parent, kind) };
    branch.leaves.set(kind, leaf);
    this.#last = keepFirst(this.#columns, maxColumns) ?? this.#last;
    return leaf;
  }
}

/** Keeps the path of a column, because this runs for every value. */
interface Branch {
  readonly path: string | undefined;
  readonly parent: string | undefined;
  readonly keys: Map<string, Branch>;
  items?: Branch;
  readonly leaves: Map<ColumnKind, Leaf>;
}

interface Leaf {
  readonly seen: Occurrences;
  /** The record that was counted last. */
  record: number;
}

function newBranch(path: string | undefined, parent: string | undefined): Branch {
  return { path, parent, keys: new Map(), leaves: new Map() };
}

function columnKindOf(value: unknown): ColumnKind {
  switch (typeof value) {
    case 'string':
      return isDate(value) ? 'date' : 'text';
    case 'number':
      return Number.isInteger(value) ? 'integer' : 'decimal';
    case 'boolean':
      return 'boolean';
    default:
      if (value === null || value === undefined) return 'null';
      return Array.isArray(value) ? 'list' : 'object';
  }
}

/** The forms that pyarrow reads as a timestamp. */
const isoDate =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:[ T]\d\d(?::\d\d(?::\d\d)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?$/;

function isDate(text: string): boolean {
  return text.length >= 10 && text.length <= 25 && text[4] === '-' && isoDate.test(text);
}
