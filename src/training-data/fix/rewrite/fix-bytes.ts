import { isUtf8 } from 'node:buffer';
import { endOfString } from '../../read/json-text.ts';

const byteOrderMark: readonly number[] = [0xef, 0xbb, 0xbf];

/** Applies to any line, because concatenated files have a mark in the middle. */
export function withoutByteOrderMarks(bytes: Uint8Array): Uint8Array {
  let rest = bytes;
  while (byteOrderMark.every((byte, index) => rest[index] === byte)) rest = rest.subarray(3);
  return rest;
}

export function withoutCarriageReturns(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (bytes[end - 1] === 13) end -= 1;
  return bytes.subarray(0, end);
}

/**
 * Decodes only the bytes that are not UTF-8 as Latin-1, because files are often a mixture. Undefined if a byte is
 * not a Latin-1 character: then the encoding is unknown.
 */
export function latin1AsUtf8(bytes: Uint8Array): Uint8Array | undefined {
  const parts: Buffer[] = [];
  let at = 0;
  let done = 0;
  while (at < bytes.length) {
    const length = letterLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    const byte = bytes[at] ?? 0;
    if (byte < 0xa0) return undefined;
    parts.push(Buffer.from(bytes.subarray(done, at)), Buffer.from(String.fromCodePoint(byte)));
    at += 1;
    done = at;
  }
  parts.push(Buffer.from(bytes.subarray(done)));
  return Buffer.concat(parts);
}

/** Bytes of the UTF-8 character at this position; 0 if there is none. */
function letterLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  return isUtf8(bytes.subarray(at, at + length)) && at + length <= bytes.length ? length : 0;
}

const breaks = /["\r\n]/g;
const blanks = /[ \t\r\n]*/y;

/** The same JSON in one line. A line break inside a string stays, so that the line is reported as broken. */
export function inOneLine(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(10)) return bytes;
  // One character per byte, whatever the encoding.
  const text = Buffer.from(bytes).toString('latin1');
  const parts: string[] = [];
  let done = 0;
  breaks.lastIndex = 0;
  for (let found = breaks.exec(text); found !== null; found = breaks.exec(text)) {
    if (found[0] === '"') {
      breaks.lastIndex = endOfString(text, found.index) ?? text.length;
      continue;
    }
    parts.push(text.slice(done, found.index));
    blanks.lastIndex = found.index;
    blanks.exec(text);
    done = blanks.lastIndex;
    breaks.lastIndex = done;
  }
  return Buffer.from(parts.join('') + text.slice(done), 'latin1');
}
