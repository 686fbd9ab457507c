import type { DataFinding } from '../data-report.ts';
import type { RawLine } from '../read/lines.ts';
import { readLine } from '../read/read-line.ts';
import type { RecordSchema } from '../schemas.ts';
import { formOf } from './detect-schema.ts';
import { judgeFields } from './judge-fields.ts';
import { judgeForm } from './judge-form.ts';
import { judgeTexts, untrimmedField } from './judge-texts.ts';
import { excerpt, type Problem } from './problem.ts';
import { promptTexts } from './prompt-texts.ts';
import { isRecord, type JsonObject } from './record-path.ts';

export interface Judged {
  readonly findings: readonly DataFinding[];
  /** Absent if the line contains no record. */
  readonly record?: unknown;
}

/** All findings for one line, except those that require comparing records. */
export function judgeLine(line: RawLine, object: string, schema: RecordSchema): Judged {
  const { problems, text, value } = readLine(line);
  if (value !== undefined) judgeRecord(value, text, schema, problems);
  const findings = problems.map((problem) => ({ object, line: line.line, offset: line.offset, ...problem }));
  return isRecord(value) ? { findings, record: value } : { findings };
}

/** `text` is the record as JSON, because some checks are faster on it. */
export function judgeRecord(value: unknown, text: string, schema: RecordSchema, problems: Problem[]): void {
  if (!isRecord(value)) {
    problems.push({ rule: 'not-object', detail: excerpt(text) });
    return;
  }
  judgeForms(value, schema, problems);
  judgeTexts(value, text, problems);
  const untrimmed = untrimmedField(value, schema);
  if (untrimmed !== undefined) problems.push({ rule: 'untrimmed', detail: untrimmed });
  const tokens = tokensOf(value, schema);
  if (tokens > schema.tokenLimit)
    problems.push({ rule: 'over-long', detail: `about ${tokens} tokens, limit ${schema.tokenLimit}` });
}

/** A record of another known form is one problem, not five missing fields. */
function judgeForms(value: JsonObject, schema: RecordSchema, problems: Problem[]): void {
  const before = problems.length;
  judgeFields(value, schema, problems);
  judgeForm(value, schema, problems);
  if (!problems.some(({ rule }, index) => index >= before && rule === 'field-missing')) return;
  const form = formOf(value);
  if (form === undefined || form === schema.name || schema.name === 'auto' || sharesForm(form, schema))
    return;
  problems.length = before;
  problems.push({ rule: 'mixed-schema', detail: `it looks like ${form}, not ${schema.name}` });
}

/** A record that lacks one field may look like a simpler form of the same schema; then it just lacks that field. */
function sharesForm(form: RecordSchema['name'], { name }: RecordSchema): boolean {
  return (plainerForms[name] ?? []).includes(form);
}

const plainerForms: Partial<Record<RecordSchema['name'], readonly RecordSchema['name'][]>> = {
  verl: ['trl'],
  srl_expanded: ['trl'],
  open_instruct: ['sft'],
  preference: ['trl', 'sft', 'sharegpt', 'alpaca'],
  unpaired_preference: ['trl', 'sft', 'sharegpt', 'alpaca'],
  stepwise: ['trl', 'sft'],
};

function tokensOf(value: unknown, schema: RecordSchema): number {
  let letters = 0;
  for (const text of promptTexts(value, schema)) letters += text.length;
  return Math.floor(letters / 4);
}
