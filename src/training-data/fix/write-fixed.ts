import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { Datasets, FixedData, WrittenObject } from '../../ports/datasets.ts';
import type { Counting } from './counts.ts';
import type { Uri } from './fix-job.ts';
import type { DataObject } from './inspect-sources.ts';
import type { FixPass } from './rewrite/fix-pass.ts';

const lineFeed = Uint8Array.of(10);

/** Writes the fixed copy of one object. Undefined if no record is left, because trainers fail on empty files. */
export async function writeFixed(
  one: DataObject,
  to: Uri,
  pass: FixPass,
  counting: Counting,
  { datasets, fixedData }: { readonly datasets: Datasets; readonly fixedData: FixedData },
): Promise<WrittenObject | undefined> {
  if (one.format === undefined) return fixedData.put(to, datasets.open(one.object));
  counting.addObject(one.format);
  const lines = keptLines(one, pass, counting);
  const begun = await lines.next();
  if (begun.done === true) return undefined;
  const chunks = following(begun.value, lines);
  return fixedData.put(to, one.format.packing === 'gzip' ? gzipped(chunks) : chunks);
}

async function* keptLines(one: DataObject, pass: FixPass, counting: Counting): AsyncGenerator<Uint8Array> {
  for await (const batch of pass.results(one)) {
    const kept: Uint8Array[] = [];
    for (const { fixed } of batch) {
      counting.add(fixed);
      if ('kept' in fixed) kept.push(fixed.kept, lineFeed);
    }
    if (kept.length > 0) yield Buffer.concat(kept);
  }
}

async function* following(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}

/** Node writes neither time nor name into the header, so the same bytes always produce the same file. */
async function* gzipped(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = Readable.from(chunks, { objectMode: false });
  const gzip = createGzip();
  source.once('error', (error) => gzip.destroy(error));
  source.pipe(gzip);
  try {
    // A zlib stream yields Buffers.
    for await (const chunk of gzip) yield chunk as Uint8Array;
  } finally {
    source.destroy();
    gzip.destroy();
  }
}

/** One line of the quarantine file: the lost record, its location, and the reason. */
interface QuarantineRow {
  readonly source: string;
  /** 1-based. */
  readonly line: number;
  /** In the decompressed object. */
  readonly byte_offset: number;
  readonly reason: string;
  /** The original line; only the beginning if it is longer than 16 MiB. */
  readonly raw_base64: string;
}

/** Rows for these objects, read a second time so that they need not be kept in memory. */
export async function* quarantineRows(
  objects: readonly DataObject[],
  pass: FixPass,
): AsyncGenerator<Uint8Array> {
  for (const one of objects)
    for await (const batch of pass.results(one))
      for (const { line, fixed } of batch) {
        if (!('lost' in fixed)) continue;
        const row: QuarantineRow = {
          source: one.object.uri,
          line: line.line,
          byte_offset: line.offset,
          reason: fixed.why,
          raw_base64: Buffer.from(line.bytes).toString('base64'),
        };
        yield Buffer.from(`${JSON.stringify(row)}\n`);
      }
}
