import { crc32 } from 'node:zlib';
import type { DataBytes, StoredObject } from '../../ports/datasets.ts';
import { type Reading, unwatched, wholeFile } from '../../ports/reading.ts';
import { type Judged, judgeLine } from '../judge/judge.ts';
import { isSplittable } from '../read/format.ts';
import { linesOf, maxLineBytes, type RawLine } from '../read/lines.ts';
import { recordLines } from '../read/record-lines.ts';
import type { RecordSchema } from '../schemas.ts';
import type { Piece, PieceReport } from './piece.ts';
import { RecordScan } from './record-scan.ts';
import { scanParquet } from './scan-parquet.ts';

/** Scans the records of one piece. Memory: one chunk, one line of at most 16 MiB, and the bounded report. */
export async function scanPiece(
  piece: Piece,
  schema: RecordSchema,
  datasets: DataBytes,
): Promise<PieceReport> {
  const scan = new RecordScan(piece, schema);
  if (piece.form === 'parquet') return scanParquet(piece, schema, datasets, scan);
  const { reading = unwatched } = datasets;
  const { uri, etag, key } = piece.object;
  const refused = reading.refused({ uri, etag, at: wholeFile });
  if (refused !== undefined) {
    scan.noteObject('unreadable', refused);
    return scan.report(0);
  }
  reading.at({ uri, etag, at: wholeFile });
  let lines = 0;
  for await (const batch of batchesOf(piece, datasets, scan)) {
    reading.at({ uri, etag, at: batch[0]?.offset ?? 0 });
    for (const line of batch) {
      lines += 1;
      const skipped = line.bytes.length < costlyLine ? undefined : announce(line, piece.object, reading);
      const judged = skipped ?? judgeLine(line, key, schema);
      scan.add(judged, line, () => recordHashOf(line));
    }
  }
  return scan.report(lines);
}

/** A shorter line cannot take much time or memory. */
const costlyLine = 64 * 1024;

/** A finding if the line crashed an earlier reader; undefined if it may be read. */
function announce({ line, offset }: RawLine, object: StoredObject, reading: Reading): Judged | undefined {
  const location = { uri: object.uri, etag: object.etag, at: offset };
  const detail = reading.refused(location);
  reading.at(location);
  if (detail === undefined) return undefined;
  return { findings: [{ rule: 'not-json', object: object.key, line, offset, detail }] };
}

function batchesOf(piece: Piece, datasets: DataBytes, scan: RecordScan): AsyncIterable<readonly RawLine[]> {
  if (isSplittable(piece)) return linesIn(piece, datasets);
  const { object } = piece;
  return recordLines(piece, datasets.open(object), object, (rule, why) => scan.noteObject(rule, why));
}

/**
 * Reads from the byte before the piece, which shows whether a line starts exactly at its beginning. A line longer
 * than the requested bytes is over the limit anyway.
 */
async function* linesIn(
  { object, start, end }: Piece,
  datasets: DataBytes,
): AsyncGenerator<readonly RawLine[]> {
  const from = start === 0 ? { line: 1, offset: 0 } : { line: 0, offset: start - 1 };
  const length = end - from.offset + maxLineBytes + 2;
  for await (const batch of linesOf(datasets.open(object, { start: from.offset, length }), from)) {
    const inside = batch.filter(({ offset }) => offset >= start && offset < end);
    if (inside.length > 0) yield inside;
    if ((batch.at(-1)?.offset ?? 0) >= end) return;
  }
}

/** Hash of the record without its line ending, which does not make it a different record. */
function recordHashOf({ bytes }: RawLine): number {
  return crc32(bytes.at(-1) === 13 ? bytes.subarray(0, -1) : bytes);
}
