import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { asOpsError, OpsError } from '../../errors.ts';
import type { Datasets, StoredObject } from '../ports/datasets.ts';
import { textHash32 } from './hash.ts';
import { judgeRecord } from './judge.ts';
import type { Piece } from './piece.ts';
import type { PieceReport } from './piece-report.ts';
import type { Problem } from './problem.ts';
import type { RecordScan } from './record-scan.ts';
import type { RecordSchema } from './schemas.ts';

type Row = Record<string, unknown>;

/**
 * A parquet file, row group by row group: a group is the smallest part that can be read by itself, so memory is that
 * of the largest one. Rows have no lines: `line` is the row's number from 1, `offset` from 0.
 */
export async function scanParquet(
  { object }: Piece,
  schema: RecordSchema,
  datasets: Pick<Datasets, 'open'>,
  scan: RecordScan,
): Promise<PieceReport> {
  const file = asyncBuffer(object, datasets);
  const metadata = await orDamage(
    () => parquetMetadataAsync(file),
    (why) => scan.noteObject('parquet-footer', why),
  );
  let before = 0;
  for (const { num_rows } of metadata?.row_groups ?? []) {
    const rows = await readGroup(file, metadata, before, Number(num_rows), scan);
    for (const [index, row] of rows.entries()) judgeRow(row, before + index, object.key, schema, scan);
    before += Number(num_rows);
  }
  return scan.report(before);
}

async function readGroup(
  file: AsyncBuffer,
  metadata: FileMetaData | undefined,
  rowStart: number,
  rows: number,
  scan: RecordScan,
): Promise<readonly Row[]> {
  if (metadata === undefined) return [];
  const read = await orDamage(
    () => parquetReadObjects({ file, metadata, rowStart, rowEnd: rowStart + rows, compressors }),
    (why) => scan.noteObject('parquet-unreadable', `rows from ${rowStart + 1}: ${why}`),
  );
  return read ?? [];
}

function judgeRow(row: Row, offset: number, object: string, schema: RecordSchema, scan: RecordScan): void {
  const record = asJson(row);
  const text = JSON.stringify(record);
  const problems: Problem[] = [];
  judgeRecord(record, text, schema, problems);
  const place = { line: offset + 1, offset };
  const findings = problems.map((problem) => ({ object, ...place, ...problem }));
  scan.add({ findings, record }, place, () => textHash32(text));
}

/** Parquet has types that JSON has not: what a trainer gets as a number or as text is judged as that. */
function asJson(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return value.toISOString();
  if (ArrayBuffer.isView(value))
    return Array.from(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  if (Array.isArray(value)) return value.map(asJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asJson(item)]));
}

/** For a first look; nothing where the file cannot be read, which the scan then says. */
export async function firstRows(
  object: StoredObject,
  datasets: Pick<Datasets, 'open'>,
  rows: number,
): Promise<readonly unknown[]> {
  const file = asyncBuffer(object, datasets);
  const read = await orDamage(
    () => parquetReadObjects({ file, rowStart: 0, rowEnd: rows, compressors }),
    () => undefined,
  );
  return (read ?? []).map(asJson);
}

/** hyparquet throws plain errors on what it cannot read; an OpsError is about reaching the data, and passes. */
async function orDamage<T>(read: () => Promise<T>, damaged: (why: string) => void): Promise<T | undefined> {
  try {
    return await read();
  } catch (thrown) {
    if (thrown instanceof OpsError) throw thrown;
    damaged(asOpsError(thrown).detail.slice(0, 200));
    return undefined;
  }
}

function asyncBuffer(object: StoredObject, datasets: Pick<Datasets, 'open'>): AsyncBuffer {
  return {
    byteLength: object.size,
    slice: async (start, end = object.size) => {
      const parts: Uint8Array[] = [];
      for await (const part of datasets.open(object, { start, length: end - start })) parts.push(part);
      const whole = Buffer.concat(parts);
      return whole.buffer.slice(whole.byteOffset, whole.byteOffset + whole.byteLength);
    },
  };
}
