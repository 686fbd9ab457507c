import type { Columns } from './columns.ts';
import type { FingerprintData } from './fingerprints.ts';
import type { Occurrences, Tally } from './tally.ts';

/** The result of scanning one piece: bounded whatever the size of the piece, and transferable between threads. */
export interface PieceReport {
  readonly piece: number;
  /** Lines that begin in the piece. The merger adds them to the line numbers of the following pieces. */
  readonly lines: number;
  readonly records: number;
  /** Records with at least one error of their own. */
  readonly broken: number;
  readonly tally: Tally;
  readonly columns: Columns;
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
