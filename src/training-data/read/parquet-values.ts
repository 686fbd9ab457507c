import { crc32 } from 'node:zlib';
import {
  type ColumnChunk,
  type FileMetaData,
  parquetSchema,
  type SchemaElement,
  type SchemaTree,
} from 'hyparquet';
import { quote } from '../../in-words.ts';

/**
 * Types that hyparquet decodes further than pyarrow does, or refuses. Trainers get the stored text, bytes and structs:
 * JSON, BSON and intervals, shapes on a map, and variants.
 */
const furtherTypes = new Set(['JSON', 'BSON', 'INTERVAL']);
const furtherLogicalTypes = new Set(['JSON', 'BSON', 'GEOMETRY', 'GEOGRAPHY', 'VARIANT']);

/** The writer left the header of the dictionary page out of the size: https://issues.apache.org/jira/browse/PARQUET-816 */
const oldWriter = /^parquet-mr(?:$|\s+version\s+(?:0|1\.[01]\.|1\.2\.[0-8]))/;
const dictionaryHeaderBytes = 100n;

/** The same metadata, so that columns are read as pyarrow reads them. `end`: where the footer begins. */
export function asPyarrowReads(metadata: FileMetaData, end: number): FileMetaData {
  const schema = metadata.schema.map(plainElement);
  const paths = leafPaths(parquetSchema(metadata));
  const isOld = oldWriter.test(metadata.created_by ?? '');
  const row_groups = metadata.row_groups.map((group) => {
    const columns = columnsInOrder(group.columns, paths);
    return {
      ...group,
      columns: isOld ? columns.map((one) => withDictionaryHeader(one, BigInt(end))) : columns,
    };
  });
  return { ...metadata, schema, row_groups };
}

function leafPaths({ path, children }: SchemaTree): readonly string[][] {
  return children.length === 0 ? [path] : children.flatMap(leafPaths);
}

/**
 * pyarrow takes the columns of a row group in the order of the schema, whatever path they name. hyparquet looks them up
 * by path; it leaves the promises of the other columns behind if one is missing or has the name of another.
 */
function columnsInOrder(columns: readonly ColumnChunk[], paths: readonly string[][]): ColumnChunk[] {
  if (columns.length !== paths.length)
    throw new Error(`a row group has ${columns.length} columns, and the schema has ${paths.length}`);
  const names = paths.map((path) => path.join('.'));
  const seen = new Set<string>();
  const twice = names.find((name) => seen.has(name) || !seen.add(name));
  if (twice !== undefined) throw new Error(`two columns have the name ${quote(twice, 80)}`);
  return columns.map((column, index) => {
    const path_in_schema = paths[index] ?? [];
    return column.meta_data === undefined
      ? column
      : { ...column, meta_data: { ...column.meta_data, path_in_schema } };
  });
}

/** Only flat columns end when all rows are read, not at the end of their bytes. */
function withDictionaryHeader(column: ColumnChunk, end: bigint): ColumnChunk {
  const { meta_data } = column;
  if (meta_data === undefined || meta_data.path_in_schema.length > 1) return column;
  const start = meta_data.dictionary_page_offset ?? meta_data.data_page_offset;
  const room = end - start - meta_data.total_compressed_size;
  if (room <= 0n) return column;
  const more = room < dictionaryHeaderBytes ? room : dictionaryHeaderBytes;
  const total_compressed_size = meta_data.total_compressed_size + more;
  return { ...column, meta_data: { ...meta_data, total_compressed_size } };
}

function plainElement(element: SchemaElement): SchemaElement {
  const { converted_type, logical_type, ...rest } = element;
  const isText = converted_type === 'JSON' || logical_type?.type === 'JSON';
  if (isText) return { ...rest, converted_type: 'UTF8' };
  return {
    ...rest,
    ...(converted_type !== undefined && !furtherTypes.has(converted_type) && { converted_type }),
    ...(logical_type !== undefined && !furtherLogicalTypes.has(logical_type.type) && { logical_type }),
  };
}

/** Converts parquet values that JSON does not have to what the rules understand. Large integers stay exact. */
export function asJson(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? String(value) : value.toISOString();
  if (value instanceof Uint8Array) return { bytes: value.length, crc32: crc32(value) };
  // Every view except DataView, which the reader never returns, lists its numbers in the same way.
  if (ArrayBuffer.isView(value)) return Array.from(value as Int32Array, asJson);
  if (Array.isArray(value)) return value.map(asJson);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asJson(item)]));
}

/** JSON text of a record, which may contain integers that JSON cannot hold. */
export function textOfRecord(record: unknown): string {
  try {
    return JSON.stringify(record);
  } catch {
    return JSON.stringify(record, (_, item: unknown) => (typeof item === 'bigint' ? String(item) : item));
  }
}
