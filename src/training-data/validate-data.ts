import type { Datasets, StoredObject } from '../ports/datasets.ts';
import type { Again } from '../ports/step-output.ts';
import type { DataReport } from './data-report.ts';
import { chooseSchema } from './scan/choose-schema.ts';
import { Merger } from './scan/merge-reports.ts';
import type { Piece, Plan } from './scan/piece.ts';
import type { PieceReport } from './scan/piece-report.ts';
import { defaultPieceBytes, planPieces } from './scan/plan-pieces.ts';
import { scanPiece } from './scan/scan-piece.ts';
import type { RecordSchema, SchemaChanges, SchemaName } from './schemas.ts';

export interface ScanRequest {
  readonly uris: readonly StoredObject['uri'][];
  readonly schema: SchemaName;
  /** What the tier asks otherwise than the schema. */
  readonly changes: SchemaChanges;
}

/** How the pieces are scanned: one after the other here, several at a time by whoever has threads. */
export type ScanAll = (pieces: readonly Piece[], schema: RecordSchema) => AsyncIterable<PieceReport>;

/** Judges a whole data set. Bounded in memory, whatever its size, but for row groups of parquet. */
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

/** The pieces of a scan and the schema for all of them. */
export interface ScanPlan {
  readonly plan: Plan;
  readonly schema: RecordSchema;
}

/** What is to be scanned, and by which schema. Reads only the beginnings of the objects. */
export async function planScan(
  { uris, schema: asked, changes }: ScanRequest,
  datasets: Datasets,
  pieceBytes: number = defaultPieceBytes,
): Promise<ScanPlan> {
  const { plan, heads } = await planPieces(uris, datasets, pieceBytes);
  return { plan, schema: await chooseSchema(asked, changes, heads, datasets) };
}

export function oneByOne(datasets: Datasets): ScanAll {
  return async function* scan(pieces, schema) {
    for (const piece of pieces) yield await scanPiece(piece, schema, datasets);
  };
}

/** Judges whole data sets in pieces, each wherever a worker is free. */
export interface DataScans {
  /**
   * The report, once every piece is read; until then how far it is. Asked again in the same try of a step, it goes on
   * where it stands, also after a crash.
   */
  readonly report: (question: ScanRequest) => Promise<DataReport | Again>;
}
