import { fixedSize, lengthSize, opcodes } from './pickle-opcodes.ts';

/** A text or a whole number that stands in a pickle. */
export type PickleValue = string | number;

/**
 * Reads a pickle opcode by opcode without running it: unpickling runs code. Gives its texts and numbers in the order of
 * the stream. Undefined: it does not reach from its first byte to a STOP that is its last, so it was cut or damaged.
 */
export function pickleValues(bytes: Uint8Array): readonly PickleValue[] | undefined {
  if (bytes[0] !== 0x80) return undefined;
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

interface Read {
  readonly opcode: number;
  /** Where its content begins and ends. */
  readonly begin: number;
  readonly end: number;
  /** The content as a number, lowest byte first; meant only where it is short. */
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

/** What is written a second time stands there as the number of the first. */
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
