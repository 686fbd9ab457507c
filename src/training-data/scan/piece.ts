import type { StoredObject } from '../../ports/datasets.ts';
import type { RuleId } from '../data-rules.ts';

/** How an object is read. */
export type Form = 'lines' | 'array' | 'gzip' | 'parquet';

/**
 * A part of the data that is judged by itself. Of lines, a piece has those whose first byte is in [start, end): it
 * begins at the first line start at or after `start` and ends with the line that holds byte `end - 1`.
 */
export interface Piece {
  /** From 0, in the order of the data. */
  readonly number: number;
  readonly object: StoredObject;
  readonly form: Form;
  readonly start: number;
  readonly end: number;
  /** About how many records the whole data set has: of very many, no piece need keep a fingerprint of each. */
  readonly recordsInAll: number;
}

/** Something wrong with an object that needs no reading of its records. It takes a number in the order of the pieces. */
export interface ObjectNote {
  readonly piece: number;
  readonly rule: RuleId;
  readonly detail?: string;
}

export interface Plan {
  readonly pieces: readonly Piece[];
  readonly notes: readonly ObjectNote[];
  /** The key of the object that each number belongs to. */
  readonly keys: readonly string[];
  readonly objects: number;
  /** As stored. */
  readonly bytes: number;
}
