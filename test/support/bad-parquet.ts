import { parquetWriteBuffer } from 'hyparquet-writer';

/** A page of an unknown type, and a column that is not in the schema: both make hyparquet reject a promise that nothing awaits. */
export function parquetThatEndsItsReader(): Uint8Array {
  const column = (name: string): { name: string; data: string[]; type: 'STRING' } => ({
    name,
    data: Array.from({ length: 40 }, (_, n) => `${name} ${n}`),
    type: 'STRING',
  });
  const columnData = [column('question'), column('answer')];
  const bytes = Buffer.from(parquetWriteBuffer({ columnData, codec: 'UNCOMPRESSED' }));
  bytes[5] = 2;
  // path_in_schema in Thrift: a list with one string of six characters.
  bytes.write('x', bytes.indexOf('\u0019\u0018\u0006answer', 'latin1') + 3);
  return bytes;
}
