import type { DataFinding } from '../data-report.ts';
import type { RawLine } from '../read/lines.ts';
import { readLine } from '../read/read-line.ts';
import { type RecordSchema, schemas } from '../schemas.ts';
import { formOf } from './detect-schema.ts';
import { judgeFields } from './judge-fields.ts';
import { judgeTexts, untrimmedField } from './judge-texts.ts';
import { isRecord } from './messages.ts';
import { excerpt, type Problem } from './problem.ts';
import { promptTexts } from './prompt-texts.ts';
import { at } from './record-path.ts';

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
  judgeForm(value, schema, problems);
  judgeTexts(value, text, problems);
  const untrimmed = untrimmedField(value, schema);
  if (untrimmed !== undefined) problems.push({ rule: 'untrimmed', detail: untrimmed });
  const tokens = tokensOf(value, schema);
  if (tokens > schema.tokenLimit)
    problems.push({ rule: 'over-long', detail: `about ${tokens} tokens, limit ${schema.tokenLimit}` });
}

/** A record of another known form is one problem, not five missing fields. */
function judgeForm(value: unknown, schema: RecordSchema, problems: Problem[]): void {
  const before = problems.length;
  judgeFields(value, schema, problems);
  if (schema.name === 'srl_expanded') judgeSteps(value, problems);
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
};

function tokensOf(value: unknown, schema: RecordSchema): number {
  let letters = 0;
  for (const text of promptTexts(value, schema)) letters += text.length;
  return Math.floor(letters / 4);
}

/** Shorter steps match by chance. */
const tellingLength = 12;

/** Checks one step of a supervised RL solution: its index is valid, and its own prompt does not contain it. */
function judgeSteps(record: unknown, problems: Problem[]): void {
  const index = at(record, ['step_index']);
  const count = at(record, ['num_steps']);
  if (typeof index === 'number' && typeof count === 'number' && (index < 0 || index >= count))
    problems.push({ rule: 'step-index', detail: `step_index ${index} of num_steps ${count}` });
  const action = at(record, ['expert_action']);
  const step = typeof action === 'string' ? action.trim() : '';
  if (step.length < tellingLength) return;
  if (promptTexts(record, schemas.srl_expanded).some((text) => text.includes(step)))
    problems.push({ rule: 'step-leaks', detail: excerpt(step) });
}
