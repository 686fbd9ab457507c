import type { Datasets, StoredObject } from '../ports/datasets.ts';
import type { Again } from '../ports/step-output.ts';
import type { DataReport } from './data-report.ts';
import { chooseSchema } from './scan/choose-schema.ts';
import { Merger } from './scan/merge-reports.ts';
import type { Piece, PieceReport, Plan } from './scan/piece.ts';
import { defaultPieceBytes, planPieces } from './scan/plan-pieces.ts';
import { scanPiece } from './scan/scan-piece.ts';
import type { RecordSchema, SchemaChanges, SchemaName } from './schemas.ts';

export interface ScanRequest {
  readonly uris: readonly StoredObject['uri'][];
  readonly schema: SchemaName;
  /** Overrides of the schema for the tier. */
  readonly changes: SchemaChanges;
  /** The only folders to read, whatever a manifest names; absent without a limit. */
  readonly within?: readonly StoredObject['uri'][];
}

/** Scans the pieces: one after another in this process, or several at a time on worker threads. */
export type ScanAll = (pieces: readonly Piece[], schema: RecordSchema) => AsyncIterable<PieceReport>;

/** Validates a whole data set. Memory is bounded whatever its size, except for parquet row groups. */
export async function validateData(
  question: ScanRequest,
  datasets: Datasets,
  {
    scanAll = oneByOne(datasets),
    pieceBytes = defaultPieceBytes,
  }: { readonly scanAll?: ScanAll; readonly pieceBytes?: number } = {},
): Promise<DataReport> {
  const { plan, schema } = await planScan(question, datasets, pieceBytes);
  const merger = new Merger(schema, plan);
  for await (const report of scanAll(plan.pieces, schema)) merger.add(report);
  return merger.finish();
}

/** The pieces of a scan and their common schema. */
export interface ScanPlan {
  readonly plan: Plan;
  readonly schema: RecordSchema;
}

/** Determines the pieces and the schema. Reads only the beginning of each object. */
export async function planScan(
  { uris, schema: requested, changes }: ScanRequest,
  datasets: Datasets,
  pieceBytes: number = defaultPieceBytes,
): Promise<ScanPlan> {
  const { plan, heads } = await planPieces(uris, datasets, pieceBytes);
  return { plan, schema: await chooseSchema(requested, changes, heads, datasets) };
}

export function oneByOne(datasets: Datasets): ScanAll {
  return async function* scan(pieces, schema) {
    for (const piece of pieces) yield await scanPiece(piece, schema, datasets);
  };
}

/** Validates whole data sets in pieces, which any free worker can scan. */
export interface DataScans {
  /**
   * Returns the report once every piece has been scanned, and the progress until then. A second call in the same
   * attempt of a step continues where the scan is, even after a crash.
   */
  readonly report: (question: ScanRequest) => Promise<DataReport | Again>;
}
