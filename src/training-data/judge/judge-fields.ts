import type { Field, RecordSchema } from '../schemas.ts';
import { judgeTruth } from './ground-truth.ts';
import { judgeMessages } from './messages.ts';
import type { Problem } from './problem.ts';
import { at, dotted, isRecord } from './record-path.ts';
import type { Extent } from './role-order.ts';
import { kindOf, variantOf } from './variants.ts';

/** Checks the fields of one record against its schema. */
export function judgeFields(record: unknown, schema: RecordSchema, problems: Problem[]): void {
  for (const field of schema.fields) judgeField(record, field, schema, problems);
  for (const field of variantOf(record, schema) ?? []) judgeField(record, field, schema, problems);
}

function judgeField(record: unknown, field: Field, schema: RecordSchema, problems: Problem[]): void {
  const { path, type, required } = field;
  if (type === 'truth') {
    if (schema.truth !== undefined) judgeTruth(record, schema.truth, required, problems);
    return;
  }
  const value = at(record, path);
  if (value !== undefined && value !== null) judgeValue(value, type, field, schema, problems);
  else if (required)
    problems.push({ rule: value === null ? 'field-null' : 'field-missing', detail: dotted(path) });
}

function judgeValue(
  value: unknown,
  type: Shape,
  field: Field,
  schema: RecordSchema,
  problems: Problem[],
): void {
  const name = dotted(field.path);
  const [inWords, fits] = wanted[type];
  if (!fits(value)) {
    problems.push({ rule: 'field-type', detail: `${name} is ${kindOf(value)}, not ${inWords}` });
    return;
  }
  if (isEmpty(value)) {
    if (field.required) problems.push({ rule: 'field-empty', detail: name });
    return;
  }
  if (type === 'texts') judgeEach(value, name, problems);
  const extent = extentOf(type, schema);
  if (extent === undefined) return;
  // LLaMA-Factory's ranked answers are one message each.
  if (isRecord(value)) judgeMessages([value], name, extent, problems);
  else if (Array.isArray(value)) judgeMessages(value, name, extent, problems);
}

function extentOf(type: Shape, { lastRole }: RecordSchema): Extent | undefined {
  if (type === 'messages') return { begins: 'user', ends: lastRole };
  if (type === 'prompt') return { begins: 'user', ends: 'user' };
  if (type === 'pair') return { begins: 'user', ends: 'assistant' };
  return type === 'answer' ? { begins: 'assistant', ends: 'assistant' } : undefined;
}

function judgeEach(values: unknown, name: string, problems: Problem[]): void {
  if (!Array.isArray(values)) return;
  for (const [index, value] of values.entries()) {
    const detail = `${name}[${index}]`;
    if (value === null) problems.push({ rule: 'field-null', detail });
    else if (typeof value !== 'string')
      problems.push({ rule: 'field-type', detail: `${detail} is not text` });
    else if (value.trim() === '') problems.push({ rule: 'field-empty', detail });
  }
}

type Shape = Exclude<Field['type'], 'truth'>;

const isText = (value: unknown): boolean => typeof value === 'string';
const isList = (value: unknown): boolean => Array.isArray(value);
const isInteger = (value: unknown): boolean => Number.isSafeInteger(value) || typeof value === 'bigint';
const isFlag = (value: unknown): boolean => typeof value === 'boolean' || value === 0 || value === 1;

/** The expected type of a field, as text and as a predicate. */
const wanted: Readonly<Record<Shape, readonly [inWords: string, fits: (value: unknown) => boolean]>> = {
  text: ['text', isText],
  texts: ['a list of texts', isList],
  messages: ['a list of messages', isList],
  prompt: ['text or a list of messages', (value) => isText(value) || isList(value)],
  answer: ['text or messages', (value) => isText(value) || isList(value) || isRecord(value)],
  pair: ['text or a list of messages', (value) => isText(value) || isList(value)],
  id: ['text or an integer', (value) => isText(value) || isInteger(value)],
  integer: ['an integer', isInteger],
  boolean: ['true or false', isFlag],
  flags: ['a list of true and false', (value) => Array.isArray(value) && value.every(isFlag)],
  object: ['an object', isRecord],
  any: ['a value', () => true],
};

function isEmpty(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() === '';
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && Object.keys(value).length === 0;
}
