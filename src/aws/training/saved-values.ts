import { parseAllDocuments } from 'yaml';
import { jsonOfPython } from './python-literal.ts';

/** A value in a file, or a piece of it that cannot be read; `line` is where it begins. */
export type SavedValue =
  | { readonly line: number; readonly value: unknown }
  | { readonly line: number; readonly wrong: string };

/**
 * Every value in a file: JSON, JSON lines, consecutive objects as a loop of `aws … >> file` writes them, YAML of
 * `--output yaml`, or what Python prints of a boto3 answer. An invalid piece does not hide the valid ones.
 */
export function valuesIn(text: string): readonly SavedValue[] {
  const clean = text.replace(/^\uFEFF/, '');
  const start = clean.slice(0, Math.max(0, clean.search(/\S/))).split('\n').length;
  const whole = parse(clean);
  if (whole !== undefined) return [{ line: start, value: whole.value }];
  const documents = yamlIn(clean);
  if (documents !== undefined) return documents.map((value) => ({ line: start, value }));
  return piecesOf(clean).flatMap(({ line, text: piece }) => valuesOfPiece(line, piece));
}

function valuesOfPiece(line: number, piece: string): readonly SavedValue[] {
  const parsed = parse(piece);
  if (parsed !== undefined) return [{ line, value: parsed.value }];
  const several = objectsIn(piece);
  const values: SavedValue[] = [];
  for (const one of several.length > 1 ? several : []) {
    const read = parse(one);
    // A failure is expensive, and a damaged file can have millions of pieces.
    if (read === undefined) return [{ line, wrong: 'is not JSON' }];
    values.push({ line, value: read.value });
  }
  return values.length > 0 ? values : [{ line, wrong: 'is not JSON' }];
}

/** The value of a text that starts like an object or a list. */
function parse(text: string): { readonly value: unknown } | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  return json(text) ?? (/^\s*[[{]\s{0,20}\{?\s{0,20}'/.test(text) ? json(jsonOfPython(text)) : undefined);
}

function json(text: string): { readonly value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return { value };
  } catch {
    return undefined;
  }
}

function yamlIn(text: string): readonly unknown[] | undefined {
  if (!/^(?:- )?TrainingJob\w{1,40}: \S/m.test(text)) return undefined;
  const documents = parseAllDocuments(text);
  if (!Array.isArray(documents) || documents.some(({ errors }) => errors.length > 0)) return undefined;
  return documents.map((document): unknown => document.toJS());
}

interface Piece {
  readonly line: number;
  readonly rows: string[];
  open: boolean;
}

/** Splits text by line. A line that opens an object without closing it starts a piece that ends at a line that closes it. */
function piecesOf(text: string): readonly { readonly line: number; readonly text: string }[] {
  const pieces: Piece[] = [];
  for (const [index, row] of text.split('\n').entries()) {
    const last = pieces.at(-1);
    if (last?.open === true) {
      last.rows.push(row);
      last.open = opens(row) || !closes(row, last.rows[0] ?? '');
    } else if (row.trim() !== '') pieces.push({ line: index + 1, rows: [row], open: opens(row) });
  }
  return pieces.map(({ line, rows }) => ({ line, text: rows.join('\n') }));
}

function opens(row: string): boolean {
  return /^\s*(?:\{|\}\s*\{)\s*$/.test(row) || (row.startsWith("{'") && !row.trimEnd().endsWith('}'));
}

/** `pprint` closes a dictionary at the end of its last line. */
function closes(row: string, first: string): boolean {
  return row.startsWith('}') || (first.startsWith("{'") && row.trimEnd().endsWith('}'));
}

/** The objects that stand one after the other without a line break, e.g. `{…}{…}`. */
function objectsIn(text: string): readonly string[] {
  const found: string[] = [];
  let [depth, start, isQuoted] = [0, 0, false];
  // Braces inside strings do not count.
  for (const { 0: sign, index } of text.matchAll(/\\.|["{}]/g)) {
    if (sign === '"') isQuoted = !isQuoted;
    if (sign === '{' && !isQuoted) depth += 1;
    if (sign !== '}' || isQuoted) continue;
    depth -= 1;
    if (depth > 0) continue;
    found.push(text.slice(start, index + 1));
    start = index + 1;
  }
  return text.slice(start).trim() === '' ? found : [...found, text.slice(start)];
}
