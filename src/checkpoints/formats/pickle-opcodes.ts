/**
 * What follows each opcode of a pickle of protocol 4 or 5: https://github.com/python/cpython/blob/main/Lib/pickletools.py.
 * Lines of text, by which older protocols name classes, are left out: Python writes protocol 4 since 3.8.
 */

const later = [0x81, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8f, 0x90, 0x91, 0x92, 0x93, 0x94, 0x97, 0x98];

const withBytes: readonly (readonly [size: number, opcodes: readonly number[]])[] = [
  [0, [...Buffer.from('(.012NQRabd}el]ost)u'), ...later]],
  [1, [...Buffer.from('Khq'), 0x80, 0x82]],
  [2, [...Buffer.from('M'), 0x83]],
  [4, [...Buffer.from('Jjr'), 0x84]],
  [8, [...Buffer.from('G'), 0x95]],
];

const withLength: readonly (readonly [size: number, opcodes: readonly number[]])[] = [
  [1, [...Buffer.from('UC'), 0x8a, 0x8c]],
  [4, [...Buffer.from('TBX'), 0x8b]],
  [8, [0x8d, 0x8e, 0x96]],
];

/** How many bytes follow. */
export const fixedSize: ReadonlyMap<number, number> = byOpcode(withBytes);
/** How many bytes say how many bytes follow them. */
export const lengthSize: ReadonlyMap<number, number> = byOpcode(withLength);

function byOpcode(table: typeof withBytes): ReadonlyMap<number, number> {
  return new Map(table.flatMap(([size, opcodes]) => opcodes.map((opcode) => [opcode, size] as const)));
}

export const opcodes = {
  stop: 0x2e,
  memoize: 0x94,
  texts: new Set([0x58, 0x8c, 0x8d]),
  integers: new Set([0x4a, 0x4b, 0x4d, 0x8a]),
  puts: new Set([0x71, 0x72]),
  gets: new Set([0x68, 0x6a]),
} as const;
