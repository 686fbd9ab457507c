import { parquetWriteBuffer } from 'hyparquet-writer';

/** A page of an unknown type, and a column that the schema does not have: hyparquet rejects what nobody awaits. */
export function parquetThatEndsItsReader(): Uint8Array {
  const column = (name: string): { name: string; data: string[]; type: 'STRING' } => ({
    name,
    data: Array.from({ length: 40 }, (_, n) => `${name} ${n}`),
    type: 'STRING',
  });
  const columnData = [column('question'), column('answer')];
  const bytes = Buffer.from(parquetWriteBuffer({ columnData, codec: 'UNCOMPRESSED' }));
  bytes[5] = 2;
  // path_in_schema in Thrift: a list of one text of six letters.
  bytes.write('x', bytes.indexOf('\u0019\u0018\u0006answer', 'latin1') + 3);
  return bytes;
}
