import { setImmediate } from 'node:timers/promises';
import {
  type AsyncBuffer,
  type ColumnMetaData,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { asOpsError, OpsError } from '../../errors.ts';
import { count, quote, sizeInWords } from '../../in-words.ts';
import type { DataBytes, StoredObject } from '../../ports/datasets.ts';
import { type Reading, unwatched, wholeFile } from '../../ports/reading.ts';
import { collect } from './chunks.ts';
import { asJson, asPyarrowReads } from './parquet-values.ts';

/** In the types of JSON, except for integers that it cannot hold. */
export type Row = Readonly<Record<string, unknown>>;

/** The rows of a range, or why they cannot be read. */
export type Read<T> = T | Unread;

export interface Unread {
  /** `damaged`: nobody can read it. `large`: Relight does not read it, but a trainer may. */
  readonly why: 'damaged' | 'large';
  readonly detail: string;
}

export function isUnread(read: unknown): read is Unread {
  return typeof read === 'object' && read !== null && 'why' in read && 'detail' in read;
}

/** Memory is that of one group: https://parquet.apache.org/docs/file-format/configurations/ advises 512 MB to 1 GB. */
const maxGroupBytes = 1024 * 1024 * 1024;
/** A small file gets a lower limit: text compresses to a tenth or a twentieth, a decompression bomb to a millionth. */
const smallFile = 64 * 1024 * 1024;
const unpackedTimes = 50;

/** The footer describes every column of every row group. */
const maxFooterBytes = 128 * 1024 * 1024;

/** A column of equal values takes no bytes in the file, but every row takes memory. */
const bytesOfRow = 64;

/** One parquet file. Reports its location before it reads each part. */
export class ParquetFile {
  readonly #object: StoredObject;
  readonly #reading: Reading;
  readonly #file: AsyncBuffer;

  constructor(object: StoredObject, datasets: DataBytes) {
    this.#object = object;
    this.#reading = datasets.reading ?? unwatched;
    this.#file = asyncBuffer(object, datasets);
  }

  async metadata(): Promise<Read<FileMetaData>> {
    const bytes = Math.min(this.#object.size, maxFooterBytes);
    return this.#part(wholeFile, bytes, async () => {
      const metadata = await parquetMetadataAsync(this.#file, { geoparquet: false });
      requireSensible(metadata);
      return asPyarrowReads(metadata, this.#object.size - 8 - metadata.metadata_length);
    });
  }

  /** The rows of the group that begins at row `start`, or the first `max` of them. */
  async group(
    metadata: FileMetaData,
    {
      index,
      start,
      max = Infinity,
    }: { readonly index: number; readonly start: number; readonly max?: number },
  ): Promise<Read<readonly Row[]>> {
    const unread = encryptedColumn(metadata, index) ?? this.#tooLarge(metadata, index);
    if (unread !== undefined) return unread;
    const rows = Math.min(Number(metadata.row_groups[index]?.num_rows ?? 0), max);
    return this.#part(start, unpackedBytes(metadata, index), async () => {
      const read = { file: this.#file, metadata, rowStart: start, rowEnd: start + rows };
      const objects = await parquetReadObjects({ ...read, compressors: unpackers, utf8: false });
      return objects.map((row) => asJson(row) as Row);
    });
  }

  /** Checks the footer's sizes of a row group before reading any of it. */
  #tooLarge(metadata: FileMetaData, index: number): Unread | undefined {
    const limit = Math.min(maxGroupBytes, Math.max(smallFile, this.#object.size * unpackedTimes));
    const bytes = unpackedBytes(metadata, index);
    if (bytes > limit)
      return { why: 'large', detail: `${sizeInWords(bytes)} unpacked, the limit is ${sizeInWords(limit)}` };
    const rows = Number(metadata.row_groups[index]?.num_rows ?? 0);
    const maxRows = Math.floor(limit / bytesOfRow);
    return rows > maxRows
      ? { why: 'large', detail: `${count(rows)} rows, the limit is ${count(maxRows)}` }
      : undefined;
  }

  async #part<T extends object>(at: number, bytes: number, read: () => Promise<T>): Promise<Read<T>> {
    const { uri, etag } = this.#object;
    const refused = this.#reading.refused({ uri, etag, at });
    if (refused !== undefined) return { why: 'damaged', detail: refused };
    this.#reading.at({ uri, etag, at }, { bytes });
    try {
      return await read();
    } catch (thrown) {
      // hyparquet throws plain errors for unreadable content; an OpsError means that the data could not be reached.
      if (thrown instanceof OpsError) throw thrown;
      // It also leaves promises that nobody awaits; wait for their errors, which belong to this part.
      await setImmediate();
      return { why: 'damaged', detail: asOpsError(thrown).detail.slice(0, 200) };
    }
  }
}

/** Snappy has no form of nothing, but a page whose values are all null is stored without any bytes. */
const unpackers: typeof compressors = {
  ...compressors,
  SNAPPY: (input, length) =>
    input.length === 0 && length === 0 ? input : (compressors.SNAPPY?.(input, length) ?? input),
};

/** Throws if counts or sizes are negative: a loop over them would not end, or go backward. */
function requireSensible({ row_groups }: FileMetaData): void {
  for (const { num_rows, columns } of row_groups)
    for (const size of [num_rows, ...columns.flatMap(({ meta_data }) => sizesOf(meta_data))])
      if (size < 0) throw new Error(`a row group has the size ${size}`);
}

function sizesOf(column: ColumnMetaData | undefined): readonly bigint[] {
  if (column === undefined) return [];
  return [column.num_values, column.total_compressed_size, column.total_uncompressed_size];
}

function encryptedColumn({ row_groups }: FileMetaData, index: number): Unread | undefined {
  const column = row_groups[index]?.columns.find(({ crypto_metadata }) => crypto_metadata !== undefined);
  if (column === undefined) return undefined;
  const name = quote(column.meta_data?.path_in_schema.join('.') ?? '', 80);
  return { why: 'damaged', detail: `column ${name} is encrypted: only readers with its keys can read it` };
}

function unpackedBytes({ row_groups }: FileMetaData, index: number): number {
  const columns = row_groups[index]?.columns ?? [];
  return columns.reduce((sum, { meta_data }) => sum + Number(meta_data?.total_uncompressed_size ?? 0), 0);
}

function asyncBuffer(object: StoredObject, datasets: DataBytes): AsyncBuffer {
  return {
    byteLength: object.size,
    slice: async (start, end = object.size) => {
      const whole = await collect(datasets.open(object, { start, length: end - start }));
      return whole.buffer.slice(whole.byteOffset, whole.byteOffset + whole.byteLength);
    },
  };
}
