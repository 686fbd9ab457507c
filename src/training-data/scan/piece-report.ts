import type { Columns } from './columns.ts';
import type { FingerprintData } from './fingerprints.ts';
import type { Occurrences, Tally } from './tally.ts';

/** What one piece has to say: bounded, whatever the size of the piece, and fit to be sent between threads. */
export interface PieceReport {
  readonly piece: number;
  /** Lines that begin in the piece; the merger adds them to the numbers of the pieces behind it. */
  readonly lines: number;
  readonly records: number;
  /** Records with at least one error of their own. */
  readonly broken: number;
  readonly tally: Tally;
  readonly columns: Columns;
  /** For each form that the schema leaves open ("prompt: text"), the records that have it and are not broken. */
  readonly variants: Map<string, Occurrences>;
  /** Hash of what is asked; a: hash of the record, b: 1 for test data, c: hash of the ground truth. */
  readonly texts: FingerprintData;
  /** Hash of source_id; a: step_index, b: num_steps, c: hash of the problem. */
  readonly sources: FingerprintData;
}

/** So many different records are compared exactly; beyond that, one in two, in four… */
export const textLimit = 1_000_000;
export const sourceLimit = 250_000;
