import type { Field, RecordSchema } from '../schemas.ts';
import { excerpt, type Problem } from './problem.ts';
import { at, dotted, isRecord } from './record-path.ts';
import { variantOf } from './variants.ts';

/**
 * Control characters other than tab, LF and CR. An unescaped `\frac` becomes a form feed, `\beta` a backspace.
 * Class Cc is U+0000 to U+001F and U+007F to U+009F.
 */
const control = /(?![\t\n\r])\p{Cc}/u;

/** UTF-8 that was decoded as Latin-1 or Windows-1252 (`Ã©`, `â€™`), or bytes that a decoder replaced. */
const wronglyDecoded = /[\u00c2\u00c3][\u0080-\u00bf]|\u00e2\u20ac|\ufffd/;

const loneSurrogate = /\p{Surrogate}/u;

interface Seen {
  control?: string;
  mojibake?: string;
  uncomposed?: string;
  surrogate?: string;
}

/** Finds characters that should not be in any text of the record. Each kind is reported once per record. */
export function judgeTexts(record: unknown, text: string, problems: Problem[]): void {
  if (!hasTellingEscape(text) && isAscii(text)) return;
  const seen: Seen = {};
  look(record, seen);
  if (seen.surrogate !== undefined) problems.push({ rule: 'lone-surrogate', detail: seen.surrogate });
  if (seen.control !== undefined) problems.push({ rule: 'control-characters', detail: seen.control });
  if (seen.mojibake !== undefined) problems.push({ rule: 'mojibake', detail: seen.mojibake });
  if (seen.uncomposed !== undefined) problems.push({ rule: 'not-nfc', detail: seen.uncomposed });
}

/** ASCII without DEL. Both checks are native code, ten times as fast as a regular expression. */
function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length && !text.includes('\x7f');
}

/** Whether the text contains `\u`, `\b` or `\f`, the only escapes with which ASCII JSON can encode such characters. */
function hasTellingEscape(text: string): boolean {
  for (let at = text.indexOf('\\'); at !== -1; at = text.indexOf('\\', at + 2)) {
    const code = text.charCodeAt(at + 1);
    if (code === 117 || code === 98 || code === 102) return true;
  }
  return false;
}

function look(value: unknown, seen: Seen): void {
  if (typeof value === 'string') lookAt(value, seen);
  else if (Array.isArray(value)) for (const item of value) look(item, seen);
  else if (typeof value === 'object' && value !== null)
    for (const [key, item] of Object.entries(value)) {
      lookAt(key, seen);
      look(item, seen);
    }
}

function lookAt(text: string, seen: Seen): void {
  if (loneSurrogate.test(text)) seen.surrogate ??= around(text, text.search(loneSurrogate));
  const controlAt = text.search(control);
  if (controlAt !== -1) seen.control ??= codeAt(text, controlAt);
  const wrongAt = text.search(wronglyDecoded);
  if (wrongAt !== -1) seen.mojibake ??= around(text, wrongAt);
  if (/[\u0300-\uffff]/.test(text)) {
    const composed = text.normalize('NFC');
    if (composed !== text) seen.uncomposed ??= around(text, firstDifference(text, composed));
  }
}

function firstDifference(one: string, other: string): number {
  let at = 0;
  while (one.charCodeAt(at) === other.charCodeAt(at)) at += 1;
  return at;
}

function around(text: string, at: number): string {
  return excerpt(text.slice(Math.max(0, at - 10), at + 10));
}

function codeAt(text: string, at: number): string {
  const code = text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0');
  return `U+${code} before ${excerpt(text.slice(at + 1, at + 20).replace(/\p{Cc}/gu, ' '))}`;
}

/** The first text in the schema's fields with leading or trailing whitespace; undefined if there is none. */
export function untrimmedField(record: unknown, schema: RecordSchema): string | undefined {
  for (const { path } of trimmable(record, schema)) {
    const name = untrimmed(at(record, path), dotted(path));
    if (name !== undefined) return name;
  }
  return undefined;
}

/**
 * The fields of a record without those that trainers join, because the whitespace between a plain prompt and its
 * completion is part of the text: https://huggingface.co/docs/trl/main/en/dataset_formats#prompt-completion
 */
export function trimmable(record: unknown, schema: RecordSchema): readonly Field[] {
  const fields = [...schema.fields, ...(variantOf(record, schema) ?? [])];
  const joined = (one: Field): boolean => one.type === 'answer' || one.type === 'pair';
  return fields.some((one) => joined(one) && typeof at(record, one.path) === 'string') ? [] : fields;
}

function untrimmed(value: unknown, name: string): string | undefined {
  if (typeof value === 'string') return hasBlankEnds(value) ? name : undefined;
  if (!Array.isArray(value)) return undefined;
  for (let index = 0; index < value.length; index += 1) {
    const item: unknown = value[index];
    const text = isRecord(item) ? (item['content'] ?? item['value']) : item;
    if (typeof text === 'string' && hasBlankEnds(text)) return `${name}[${index}]`;
  }
  return undefined;
}

/** Blank texts are reported by another rule. */
function hasBlankEnds(text: string): boolean {
  const last = text.length - 1;
  if (last < 0) return false;
  return (isBlank(text.charCodeAt(0)) || isBlank(text.charCodeAt(last))) && text.trim() !== '';
}

function isBlank(code: number): boolean {
  return code <= 32 || code === 0xa0;
}
