import type { RecordSchema } from '../../schemas.ts';
import { type LeafPath, rewriteJson, rewriteStrings } from './rewrite-json.ts';

/** The ground truth is one value or a list of them. */
export function isTruth(path: LeafPath, { truth }: RecordSchema): boolean {
  if (truth === undefined) return false;
  const inList = path.length === truth.path.length + 1 && typeof path.at(-1) === 'number';
  return (
    (inList || path.length === truth.path.length) && truth.path.every((key, index) => path[index] === key)
  );
}

/** A number becomes a string; one that has no exact plain form stays. */
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

/** The same number without an exponent and without zeros that say nothing: scorers compare strings. */
function plainNumber(literal: string): string | undefined {
  if (/[eE]/.test(literal)) {
    const number = Number(literal);
    return Number.isSafeInteger(number) ? String(number) : undefined;
  }
  const short = literal.includes('.') ? literal.replace(/(?:\.|(?<![.0]))0+$/, '') : literal;
  return short === '-0' ? '0' : short;
}

/** Commas and blanks only where they part thousands: `1,5` may be one and a half, and is left as it stands. */
const written = /^(-?)\$?\s{0,9}(-?)((?:\d{1,3}(?:[, \u00a0\u202f]\d{3})+|\d+)?(?:\.\d+)?)\.?\s{0,9}\$?$/;

function bareNumber(value: string): string | undefined {
  const [, before = '', after = '', digits = ''] = written.exec(value.trim()) ?? [];
  if (digits === '' || (before !== '' && after !== '')) return undefined;
  return `${before}${after}${digits.replace(/[^\d.]/g, '')}`;
}
