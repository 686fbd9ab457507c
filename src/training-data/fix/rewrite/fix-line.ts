import { type RuleId, rules } from '../../data-rules.ts';
import { type Judged, judgeLine } from '../../judge/judge.ts';
import { isJson } from '../../read/json-text.ts';
import type { RawLine } from '../../read/lines.ts';
import { strictJson } from '../../read/loose-json.ts';
import type { RecordSchema } from '../../schemas.ts';
import { type FixId, isFix } from '../fixes.ts';
import { latin1AsUtf8, withoutByteOrderMarks, withoutCarriageReturns } from './fix-bytes.ts';
import {
  bareTruth,
  composed,
  shortened,
  smartQuote,
  trimmed,
  truthAsText,
  withPlainQuotes,
} from './fix-text.ts';

export interface FixOptions {
  readonly schema: RecordSchema;
  readonly fixes: ReadonlySet<FixId>;
}

/** The result for one line. Bytes exclude the newline, which every kept line gets. */
export type FixedLine =
  | { readonly kept: Uint8Array; readonly record: unknown; readonly did: readonly FixId[] }
  | { readonly dropped: FixId }
  | { readonly lost: RuleId; readonly why: string };

/** A fix may reveal the next problem: NaN replaced by null may be a missing ground truth. */
const maxRounds = 6;

/** A line without findings is returned byte for byte, and the returned line has no errors of its own. */
export function fixLine(line: RawLine, options: FixOptions): FixedLine {
  if (line.tooLong !== undefined) return lost('line-too-long', `${line.tooLong} bytes`);
  const did = new Set<FixId>();
  let now = withPlainEnds(line, did);
  let judged = judgeLine(now, '', options.schema);
  for (let round = 0; round < maxRounds; round += 1) {
    const after = applyFixes(now, rulesIn(judged), options, did);
    if (after === now) break;
    now = after;
    judged = judgeLine(now, '', options.schema);
  }
  return resultOf(now, judged, did);
}

function rulesIn({ findings }: Judged): readonly RuleId[] {
  return findings.map(({ rule }) => rule);
}

function resultOf({ bytes }: RawLine, judged: Judged, did: ReadonlySet<FixId>): FixedLine {
  const drop = rulesIn(judged).find((rule) => rule === 'blank-line' || rule === 'cut-last-line');
  if (drop !== undefined) return { dropped: drop };
  const error = judged.findings.find(({ rule }) => rules[rule].severity === 'error');
  return error === undefined
    ? { kept: bytes, record: judged.record, did: [...did] }
    : lost(error.rule, error.detail);
}

/** `why` is understandable on its own, in a row of the quarantine file. */
export function lost(rule: RuleId, detail?: string): FixedLine {
  return { lost: rule, why: `${rule}: ${rules[rule].says}${detail === undefined ? '' : `; ${detail}`}` };
}

function withPlainEnds(line: RawLine, did: Set<FixId>): RawLine {
  const unmarked = withoutByteOrderMarks(line.bytes);
  const bytes = withoutCarriageReturns(unmarked);
  if (unmarked !== line.bytes) did.add('bom');
  if (bytes.length !== unmarked.length) did.add('crlf');
  // A byte order mark is reported only at the beginning of an object; this line has none left.
  return { ...line, bytes };
}

function applyFixes(line: RawLine, found: readonly RuleId[], options: FixOptions, did: Set<FixId>): RawLine {
  if (found.length === 0 && !options.fixes.has('smart-quotes')) return line;
  if (found.includes('not-utf8')) return decoded(line, options, did);
  const ended = found.includes('no-final-newline');
  if (ended) did.add('no-final-newline');
  const text = Buffer.from(line.bytes).toString('utf8');
  const fixedText = applied(text, found, options, did);
  // Quotes come last, once the line is JSON.
  const fixed = fixedText === text ? straightened(text, options, did) : fixedText;
  if (fixed !== text) return { ...line, bytes: Buffer.from(fixed) };
  return ended ? { ...line, ended } : line;
}

function decoded(line: RawLine, { fixes }: FixOptions, did: Set<FixId>): RawLine {
  const bytes = fixes.has('not-utf8') ? latin1AsUtf8(line.bytes) : undefined;
  if (bytes === undefined) return line;
  did.add('not-utf8');
  return { ...line, bytes };
}

type TextFix = (text: string, schema: RecordSchema) => string;

const asJson: TextFix = (text) => strictJson(text)?.json ?? text;

/** These turn the line into JSON. The other fixes need that. */
const first: Partial<Record<FixId, TextFix>> = { 'nan-literal': asJson, 'loose-json': asJson };

const then: Partial<Record<FixId, TextFix>> = {
  untrimmed: trimmed,
  'not-nfc': composed,
  'ground-truth-type': truthAsText,
  'ground-truth-format': bareTruth,
  'over-long': shortened,
};

function applied(text: string, found: readonly RuleId[], options: FixOptions, did: Set<FixId>): string {
  const notJson = found.some((rule) => isFix(rule) && first[rule] !== undefined);
  const stage = notJson ? first : then;
  let now = text;
  for (const rule of new Set(found)) {
    const fix = isFix(rule) && options.fixes.has(rule) ? stage[rule] : undefined;
    if (fix === undefined || !isFix(rule)) continue;
    const after = fix(now, options.schema);
    if (after !== now) did.add(rule);
    now = after;
  }
  return now;
}

function straightened(text: string, { schema, fixes }: FixOptions, did: Set<FixId>): string {
  if (!fixes.has('smart-quotes') || !smartQuote.test(text) || !isJson(text)) return text;
  const after = withPlainQuotes(text, schema);
  if (after !== text) did.add('smart-quotes');
  return after;
}
