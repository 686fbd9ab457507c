import type { Problem } from '../judge/problem.ts';
import type { Arrangement } from './format.ts';
import { endOfValue, isJson } from './json-text.ts';
import { strictJson } from './loose-json.ts';
import { recordsBelow } from './wrapped-records.ts';

/** How the records of a text are arranged, and what is unusual about it. */
export interface Layout {
  /** Absent if the text has no records that can be read one by one. */
  readonly form?: Arrangement;
  readonly problems: readonly Problem[];
  /** What the text is if it holds no JSON. */
  readonly prose?: string;
  /** The first record does not end within the text: a longer one may show more. */
  readonly open?: boolean;
}

const lines: Layout = { form: 'lines', problems: [] };
const values: Layout = { form: 'values', problems: [{ rule: 'json-values' }] };

/** Detects the arrangement by the beginning of a text. `whole`: this is all of it. */
export function layoutOf(head: string, whole: boolean): Layout {
  const text = head.replace(/^\ufeff/, '').trimStart();
  if (text.startsWith('['))
    return isArray(text) ? { form: 'array', problems: [{ rule: 'json-array' }] } : lines;
  if (hasBareReturns(text)) return { form: 'cr-lines', problems: [{ rule: 'cr-lines' }] };
  if (text.startsWith('{')) return ofObjects(text, whole);
  return isProse(text) ? { problems: [], prose: proseInWords(text) } : lines;
}

/** A text that begins with `[` is one array, unless its first line is a complete list and more lines follow. */
function isArray(text: string): boolean {
  const [line, rest] = halves(text);
  return !isJson(line) || rest === '';
}

/** Old Macs ended lines with CR. JSON strings escape it, so one without LF ends a line. */
function hasBareReturns(text: string): boolean {
  if (text.includes('\n') || !text.includes('\r')) return false;
  const [first = '', second = ''] = text.split(/\r+/, 2);
  return isJson(first) || second.startsWith('{');
}

function ofObjects(text: string, whole: boolean): Layout {
  const [line, rest] = halves(text);
  if (rest !== '' && isJson(line)) return lines;
  const end = endOfValue(text);
  const printed = isPrinted(line, rest);
  if (end === undefined) return ofOpenObject(text, printed, { only: printed || rest === '', whole });
  const [first, after] = [text.slice(0, end), text.slice(end)];
  const wrapped = whole && after.trim() === '' ? recordsBelow(first, true) : undefined;
  if (wrapped !== undefined) return { problems: [wrapped] };
  const separate = first.includes('\n') ? printed : isFollowed(first, after);
  return separate ? values : lines;
}

function ofOpenObject(
  text: string,
  printed: boolean,
  { only, whole }: { readonly only: boolean; readonly whole: boolean },
): Layout {
  const wrapped = only ? recordsBelow(text, false) : undefined;
  if (wrapped !== undefined) return { problems: [wrapped] };
  return { ...(printed ? values : lines), open: !whole };
}

/** Whether another object follows the first one in the same line. */
function isFollowed(first: string, after: string): boolean {
  return /^[ \t,]*\{/.test(after) && (isJson(first) || strictJson(first) !== undefined);
}

/** Whether an object spans lines. A broken line may seem to, but then it ends in a text, or other lines are whole. */
function isPrinted(line: string, rest: string): boolean {
  if (!/[{[,]\s*$/.test(line)) return false;
  return !rest.split('\n').some((other) => other.startsWith('{') && isJson(other));
}

/** Text of which no line could have been meant as JSON. A single one is reported as a broken record instead. */
function isProse(text: string): boolean {
  const all = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return all.length > 1 && all.every((line) => !/^\s*["[{\-\d]/.test(line) && !isJson(line));
}

function proseInWords(text: string): string {
  if (/^<(?:!doctype html|html)/i.test(text)) return 'it is an HTML page';
  if (text.startsWith('<')) return 'it is XML, such as an error message of S3';
  return 'it is text of which no line is JSON';
}

/** The first line, and the rest without whitespace at its ends. */
function halves(text: string): readonly [string, string] {
  const end = text.indexOf('\n');
  return end === -1 ? [text, ''] : [text.slice(0, end), text.slice(end).trim()];
}
