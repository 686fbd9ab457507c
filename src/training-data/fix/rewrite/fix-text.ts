import { trimmable } from '../../judge/judge-texts.ts';
import { promptTexts } from '../../judge/prompt-texts.ts';
import type { Field, RecordSchema } from '../../schemas.ts';
import { type LeafPath, rewriteJson, rewriteStrings } from './rewrite-json.ts';

/** Excludes form feed and backspace: at the beginning of a text they are the remains of `\frac` and `\beta`. */
const blankEnds = /^[ \t\n\r\u00a0]+|(?<![ \t\n\r\u00a0])[ \t\n\r\u00a0]+$/g;

/** Trims the texts in the schema's own fields; other fields are left alone. */
export function trimmed(text: string, schema: RecordSchema): string {
  const record: unknown = JSON.parse(text);
  const fields = trimmable(record, schema);
  return rewriteStrings(text, (path, value) =>
    fields.some((field) => isTextOf(path, field)) ? value.replace(blankEnds, '') : value,
  );
}

/** Messages of chat templates and of ShareGPT. */
const contentKeys: ReadonlySet<string | number> = new Set(['content', 'value']);

/** The field's own text, a text in its list, or the content of a message in it. */
function isTextOf(path: LeafPath, field: Field): boolean {
  if (!field.path.every((key, index) => path[index] === key)) return false;
  const [index, content, ...deeper] = path.slice(field.path.length);
  if (index === undefined) return true;
  return (
    typeof index === 'number' && deeper.length === 0 && (content === undefined || contentKeys.has(content))
  );
}

export function composed(text: string): string {
  return rewriteStrings(text, (_, value) => value.normalize('NFC'));
}

/** Quotes have a meaning in math and code, and in a ground truth. */
const mathsOrCode = /[\\$`{}=<>]/;

export const smartQuote: RegExp = /[‘’“”]/;

export function withPlainQuotes(text: string, schema: RecordSchema): string {
  return rewriteStrings(text, (path, value) =>
    isTruth(path, schema) || mathsOrCode.test(value)
      ? value
      : value.replace(/[‘’]/g, "'").replace(/[“”]/g, '"'),
  );
}

/**
 * Cuts the beginning of the longest prompt text, as trainers do, because the question and the answer format are at
 * the end of a prompt: https://huggingface.co/docs/trl/main/en/grpo_trainer
 */
export function shortened(text: string, schema: RecordSchema): string {
  const prompts = promptTexts(JSON.parse(text), schema);
  const longest = prompts.reduce((most, one) => (one.length > most.length ? one : most), '');
  const surplus = prompts.reduce((sum, { length }) => sum + length, 0) - 4 * schema.tokenLimit;
  if (surplus <= 0 || surplus >= longest.length) return text;
  const kept = longest
    .slice(surplus)
    .replace(/^\p{Surrogate}/u, '')
    .trimStart();
  return rewriteStrings(text, (path, value) =>
    value === longest && schema.asks.includes(String(path[0])) ? kept : value,
  );
}

/** The ground truth is one value or a list of values. */
function isTruth(path: LeafPath, { truth }: RecordSchema): boolean {
  if (truth === undefined) return false;
  const inList = path.length === truth.path.length + 1 && typeof path.at(-1) === 'number';
  return (
    (inList || path.length === truth.path.length) && truth.path.every((key, index) => path[index] === key)
  );
}

/** Turns a number into a string, unless it has no exact plain form. */
export function truthAsText(text: string, schema: RecordSchema): string {
  return rewriteJson(text, (path, literal) => {
    if (literal.startsWith('"') || !isTruth(path, schema)) return undefined;
    const number = plainNumber(literal);
    return number === undefined ? undefined : JSON.stringify(number);
  });
}

/** `"1,000"` becomes `"1000"`, `"$18"` becomes `"18"`. */
export function bareTruth(text: string, schema: RecordSchema): string {
  return rewriteStrings(text, (path, value) =>
    isTruth(path, schema) ? (bareNumber(value) ?? value) : value,
  );
}

/** The same number without an exponent and trailing zeros, because scorers compare strings. */
function plainNumber(literal: string): string | undefined {
  if (/[eE]/.test(literal)) {
    const number = Number(literal);
    return Number.isSafeInteger(number) ? String(number) : undefined;
  }
  const short = literal.includes('.') ? literal.replace(/(?:\.|(?<![.0]))0+$/, '') : literal;
  return short === '-0' ? '0' : short;
}

/** Commas and spaces only as thousands separators: `1,5` may mean one and a half, so it is not changed. */
const written = /^(-?)\$?\s{0,9}(-?)((?:\d{1,3}(?:[, \u00a0\u202f]\d{3})+|\d+)?(?:\.\d+)?)\.?\s{0,9}\$?$/;

function bareNumber(value: string): string | undefined {
  const [, before = '', after = '', digits = ''] = written.exec(value.trim()) ?? [];
  if (digits === '' || (before !== '' && after !== '')) return undefined;
  return `${before}${after}${digits.replace(/[^\d.]/g, '')}`;
}
