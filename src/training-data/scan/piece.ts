import type { StoredObject } from '../../ports/datasets.ts';
import type { RuleId } from '../data-rules.ts';

/** How an object is read. */
export type Form = 'lines' | 'array' | 'gzip' | 'parquet';

/**
 * A part of the data that is scanned independently. A piece of lines contains the lines whose first byte is in
 * [start, end): it begins at the first line start at or after `start` and ends with the line that contains byte
 * `end - 1`.
 */
export interface Piece {
  /** From 0, in data order. */
  readonly number: number;
  readonly object: StoredObject;
  readonly form: Form;
  readonly start: number;
  readonly end: number;
  /** Estimated number of records in the whole data set. If it is very high, a piece need not keep every fingerprint. */
  readonly recordsInAll: number;
}

/** A problem with an object that is found without reading its records. It takes a number among the pieces. */
export interface ObjectNote {
  readonly piece: number;
  readonly rule: RuleId;
  readonly detail?: string;
}

export interface Plan {
  readonly pieces: readonly Piece[];
  readonly notes: readonly ObjectNote[];
  /** The key of the object for each piece number. */
  readonly keys: readonly string[];
  readonly objects: number;
  /** As stored, before decompression. */
  readonly bytes: number;
}
