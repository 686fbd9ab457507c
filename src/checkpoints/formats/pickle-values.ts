/** A string or an integer in a pickle. */
export type PickleValue = string | number;

/**
 * Reads a pickle opcode by opcode without running it, because unpickling runs code. Returns its strings and
 * integers in stream order. Undefined if the bytes are not one complete pickle that ends with STOP: the file was
 * truncated or damaged.
 */
export function pickleValues(bytes: Uint8Array): readonly PickleValue[] | undefined {
  if (bytes[0] !== opcodes.protocol || (bytes[1] ?? 0) > newestProtocol) return undefined;
  const values: PickleValue[] = [];
  const remember = memory();
  for (let at = 0; at < bytes.length; ) {
    const read = readOpcode(bytes, at);
    if (read === undefined) return undefined;
    at = read.end;
    if (read.opcode === opcodes.stop) return at === bytes.length ? values : undefined;
    const value = remember(read, bytes);
    if (value !== undefined) values.push(value);
  }
  return undefined;
}

/** Whether the bytes are a pickle of an older protocol, which is not read, and which was not truncated. */
export function isOldPickle(bytes: Uint8Array): boolean {
  const [start, protocol = oldestRead] = bytes;
  return start === opcodes.protocol && protocol < oldestRead && bytes.at(-1) === opcodes.stop;
}

interface Read {
  readonly opcode: number;
  /** Start and end of its content. */
  readonly begin: number;
  readonly end: number;
  /** The content as a little-endian number; meaningful only if it is short. */
  readonly number: number;
}

function readOpcode(bytes: Uint8Array, at: number): Read | undefined {
  const opcode = bytes[at] ?? 0;
  const prefix = lengthSize.get(opcode);
  const size = prefix === undefined ? fixedSize.get(opcode) : littleEndian(bytes, at + 1, prefix);
  if (size === undefined) return undefined;
  const begin = at + 1 + (prefix ?? 0);
  const end = begin + size;
  if (end > bytes.length) return undefined;
  return { opcode, begin, end, number: littleEndian(bytes, begin, Math.min(size, 8)) };
}

function littleEndian(bytes: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let index = size - 1; index >= 0; index -= 1) value = value * 256 + (bytes[at + index] ?? 0);
  return value;
}

/** Repeated values are stored as memo references; this resolves them. */
function memory(): (read: Read, bytes: Uint8Array) => PickleValue | undefined {
  const memo = new Map<number, PickleValue | undefined>();
  let last: PickleValue | undefined;
  return (read, bytes) => {
    const { opcode, number } = read;
    const isKept = opcode === opcodes.memoize || opcodes.puts.has(opcode);
    if (isKept) memo.set(opcode === opcodes.memoize ? memo.size : number, last);
    else last = opcodes.gets.has(opcode) ? memo.get(number) : valueOf(read, bytes);
    return isKept ? undefined : last;
  };
}

function valueOf({ opcode, begin, end, number }: Read, bytes: Uint8Array): PickleValue | undefined {
  if (opcodes.texts.has(opcode)) return new TextDecoder().decode(bytes.subarray(begin, end));
  return opcodes.integers.has(opcode) ? number : undefined;
}

/**
 * Operand sizes per opcode of pickle protocols 4 and 5:
 * https://github.com/python/cpython/blob/main/Lib/pickletools.py. The text lines with which older protocols name
 * classes are left out: Python has written protocol 4 since 3.8.
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

/** Number of bytes that follow the opcode. */
const fixedSize: ReadonlyMap<number, number> = byOpcode(withBytes);
/** Number of bytes of the length prefix that follows the opcode. */
const lengthSize: ReadonlyMap<number, number> = byOpcode(withLength);

function byOpcode(table: typeof withBytes): ReadonlyMap<number, number> {
  return new Map(table.flatMap(([size, opcodes]) => opcodes.map((opcode) => [opcode, size] as const)));
}

const oldestRead = 4;
/** Python refuses a file with a higher number. */
const newestProtocol = 5;

const opcodes = {
  protocol: 0x80,
  stop: 0x2e,
  memoize: 0x94,
  texts: new Set([0x58, 0x8c, 0x8d]),
  integers: new Set([0x4a, 0x4b, 0x4d, 0x8a]),
  puts: new Set([0x71, 0x72]),
  gets: new Set([0x68, 0x6a]),
} as const;
