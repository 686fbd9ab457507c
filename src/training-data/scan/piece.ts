import type { StoredObject } from '../../ports/datasets.ts';
import type { RuleId } from '../data-rules.ts';
import type { Format } from '../read/format.ts';
import type { Columns } from './columns.ts';
import type { FingerprintData } from './fingerprints.ts';
import type { Occurrences, Tally } from './tally.ts';

/**
 * A part of the data that is scanned independently. A piece of lines contains the lines whose first byte is in
 * [start, end): it begins at the first line start at or after `start` and ends with the line that contains byte
 * `end - 1`.
 */
export interface Piece extends Format {
  /** From 0, in data order. */
  readonly number: number;
  readonly object: StoredObject;
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

/** The result of scanning one piece: bounded whatever the size of the piece, and transferable between threads. */
export interface PieceReport {
  readonly piece: number;
  /** Lines that begin in the piece. The merger adds them to the line numbers of the following pieces. */
  readonly lines: number;
  readonly records: number;
  /** Records with at least one error of their own. */
  readonly broken: number;
  readonly tally: Tally;
  /** Columns of the records in the first 10 MiB of the object, which a loader reads as one part, and of the others. */
  readonly head: Columns;
  readonly rest: Columns;
  /** Valid records by form, where the schema allows several forms ("prompt: text"). */
  readonly variants: Map<string, Occurrences>;
  /** Hash of the prompt; a: hash of the record, b: 1 for test data, c: hash of the ground truth. */
  readonly texts: FingerprintData;
  /** Hash of source_id; a: step_index, b: num_steps, c: hash of the problem. */
  readonly sources: FingerprintData;
}

/** How many different records are compared exactly; beyond that one in two, one in four… */
export const textLimit = 1_000_000;
export const sourceLimit = 250_000;
