import { isAscii, isUtf8 } from 'node:buffer';
import type { Problem } from '../judge/problem.ts';
import { breaksOff, isTooDeep, repeatedKey } from './json-text.ts';
import type { RawLine } from './lines.ts';
import { strictJson } from './loose-json.ts';

/** A line as text, the problems of the line itself, and its JSON value. */
export interface ReadLine {
  readonly problems: Problem[];
  readonly text: string;
  /** Absent if the line is not JSON. */
  readonly value?: unknown;
}

/** Shorter lines are parsed directly, because their nesting takes little memory. */
const longText = 64 * 1024;

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

export function readLine(line: RawLine): ReadLine {
  const problems: Problem[] = [];
  if (line.tooLong !== undefined) return { problems: [{ rule: 'line-too-long' }], text: '' };
  const bytes = withoutMarks(line, problems);
  const text = decoded(bytes);
  if (text === undefined) return { problems: [...problems, undecodable(bytes, line.ended)], text: '' };
  if (isBlank(text)) return { problems: [...problems, { rule: 'blank-line' }], text };
  if (text.length >= longText && isTooDeep(text))
    return {
      problems: [...problems, { rule: 'not-json', detail: 'nested more than 1,000 levels deep' }],
      text,
    };
  try {
    const value: unknown = JSON.parse(text);
    if (!line.ended) problems.push({ rule: 'no-final-newline' });
    const key = repeatedKey(text, value);
    if (key !== undefined) problems.push({ rule: 'duplicate-key', detail: key });
    return { problems, text, value };
  } catch (error) {
    return notJson(text, line.ended, problems, error);
  }
}

function withoutMarks({ bytes, offset, ended }: RawLine, problems: Problem[]): Buffer {
  let buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (offset === 0 && buffer.subarray(0, 3).equals(byteOrderMark)) {
    problems.push({ rule: 'bom' });
    buffer = buffer.subarray(3);
  }
  if (buffer[buffer.length - 1] !== 13) return buffer;
  if (ended) problems.push({ rule: 'crlf' });
  return buffer.subarray(0, -1);
}

/** Undefined if it is not UTF-8. Most training data is ASCII, which Node decodes fastest as Latin-1. */
function decoded(bytes: Buffer): string | undefined {
  if (isAscii(bytes)) return bytes.toString('latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}

/** A file that ends in the middle of a character was truncated, not written in another encoding. */
function undecodable(bytes: Buffer, ended: boolean): Problem {
  const at = firstWrongByte(bytes);
  if (!ended && at >= bytes.length - 3 && breaksOff(bytes.toString('utf8', 0, at)))
    return { rule: 'cut-last-line', detail: 'ends inside a character' };
  const byte = (bytes[at] ?? 0).toString(16).padStart(2, '0');
  return { rule: 'not-utf8', detail: `byte 0x${byte} at column ${at + 1}` };
}

/** Character by character, because it runs only on lines known to be invalid. */
function firstWrongByte(bytes: Buffer): number {
  let at = 0;
  while (at < bytes.length) {
    const length = lengthOfLetter(bytes[at] ?? 0);
    if (length > 1 && !isUtf8(bytes.subarray(at, at + length))) return at;
    at += length;
  }
  return at;
}

/** Bytes of the character with this first byte. An invalid one counts as two bytes, which are then not UTF-8. */
function lengthOfLetter(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

function isBlank(text: string): boolean {
  return text.length === 0 || (text.charCodeAt(0) <= 32 && /^[ \t\r]*$/.test(text));
}

function notJson(text: string, ended: boolean, problems: Problem[], error: unknown): ReadLine {
  if (text.includes('\0')) {
    const column = text.indexOf('\0') + 1;
    return { problems: [...problems, { rule: 'nul-byte', detail: `at column ${column}` }], text };
  }
  if (!ended && breaksOff(text)) return { problems: [...problems, { rule: 'cut-last-line' }], text };
  const strict = strictJson(text);
  if (strict === undefined) {
    const detail = error instanceof Error ? whereOf(error.message) : '';
    return { problems: [...problems, { rule: 'not-json', detail }], text };
  }
  const { habits, json } = strict;
  const onlyNan = habits.size === 1 && habits.has('nan');
  return {
    problems: [...problems, { rule: onlyNan ? 'nan-literal' : 'loose-json', detail: [...habits].join(', ') }],
    text: json,
    value: JSON.parse(json),
  };
}

/** V8 quotes the data in its message. Keep only what the parser found and where. */
function whereOf(message: string): string {
  const position = /at position (\d+)/.exec(message)?.[1];
  const met = /^[A-Z][a-z' ]+/.exec(message)?.[0]?.trim() ?? 'not JSON';
  return position === undefined ? met : `${met} at column ${Number(position) + 1}`;
}
