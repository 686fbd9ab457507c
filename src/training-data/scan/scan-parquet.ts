import type { DataBytes, StoredObject } from '../../ports/datasets.ts';
import { judgeRecord } from '../judge/judge.ts';
import type { Problem } from '../judge/problem.ts';
import { isUnread, ParquetFile, type Row, type Unread } from '../read/parquet-file.ts';
import { textOfRecord } from '../read/parquet-values.ts';
import type { RecordSchema } from '../schemas.ts';
import { textHash32 } from './hash.ts';
import { parquetColumns } from './parquet-columns.ts';
import type { Piece, PieceReport } from './piece.ts';
import type { RecordScan } from './record-scan.ts';

/**
 * Scans a parquet file by row group, the smallest part that can be read on its own, so memory is bounded by the
 * largest one. Rows have no lines: `line` is the row number from 1, `offset` from 0.
 */
export async function scanParquet(
  { object, number }: Piece,
  schema: RecordSchema,
  datasets: DataBytes,
  scan: RecordScan,
): Promise<PieceReport> {
  const file = new ParquetFile(object, datasets);
  const metadata = await file.metadata();
  if (isUnread(metadata)) {
    scan.noteObject('parquet-footer', metadata.detail);
    return scan.report(0);
  }
  scan.declare(parquetColumns(metadata, { piece: number, line: 0, offset: 0 }));
  let start = 0;
  for (const [index, { num_rows }] of metadata.row_groups.entries()) {
    const rows = await file.group(metadata, { index, start });
    if (isUnread(rows)) noteGroup(rows, start, scan);
    else for (const [at, row] of rows.entries()) judgeRow(row, start + at, object.key, schema, scan);
    start += Number(num_rows);
  }
  return scan.report(start);
}

function noteGroup({ why, detail }: Unread, start: number, scan: RecordScan): void {
  scan.noteObject(
    why === 'large' ? 'parquet-large' : 'parquet-unreadable',
    `rows from ${start + 1}: ${detail}`,
  );
}

function judgeRow(record: Row, offset: number, object: string, schema: RecordSchema, scan: RecordScan): void {
  const text = textOfRecord(record);
  const problems: Problem[] = [];
  judgeRecord(record, text, schema, problems);
  const location = { line: offset + 1, offset };
  const findings = problems.map((problem) => ({ object, ...location, ...problem }));
  scan.add({ findings, record }, location, () => textHash32(text));
}

/** For detecting the schema. Empty if the file cannot be read, which the scan itself reports. */
export async function firstRows(
  object: StoredObject,
  datasets: DataBytes,
  rows: number,
): Promise<readonly unknown[]> {
  const file = new ParquetFile(object, datasets);
  const metadata = await file.metadata();
  if (isUnread(metadata)) return [];
  const read = await file.group(metadata, { index: 0, start: 0, max: rows });
  return isUnread(read) ? [] : read;
}
