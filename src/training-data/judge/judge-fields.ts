import type { Field, RecordSchema } from '../schemas.ts';
import { judgeTruth } from './ground-truth.ts';
import { isRecord, judgeMessages } from './messages.ts';
import type { Problem } from './problem.ts';
import { at, dotted } from './record-path.ts';

/** Checks the fields of one record against its schema. */
export function judgeFields(record: unknown, schema: RecordSchema, problems: Problem[]): void {
  for (const field of schema.fields) judgeField(record, field, schema, problems);
  for (const field of variantOf(record, schema) ?? []) judgeField(record, field, schema, problems);
}

/** The alternative set of fields that a record uses; the first set if it has none of them. */
export function variantOf(record: unknown, { oneOf }: RecordSchema): readonly Field[] | undefined {
  return oneOf?.find((fields) => fields.some(({ path }) => at(record, path) !== undefined)) ?? oneOf?.[0];
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
  else if ((type === 'messages' || type === 'prompt') && Array.isArray(value))
    judgeMessages(value, name, lastRoleOf(field, schema), problems);
}

/** In SFT with prompt and completion, each half ends with its own role. */
function lastRoleOf({ path: [first] }: Field, { lastRole, name }: RecordSchema): RecordSchema['lastRole'] {
  return name === 'sft' && first === 'prompt' ? 'user' : lastRole;
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
const isInteger = (value: unknown): boolean => Number.isSafeInteger(value);

/** The expected type of a field, as text and as a predicate. */
const wanted: Readonly<Record<Shape, readonly [inWords: string, fits: (value: unknown) => boolean]>> = {
  text: ['text', isText],
  texts: ['a list of texts', isList],
  messages: ['a list of messages', isList],
  prompt: ['text or a list of messages', (value) => isText(value) || isList(value)],
  id: ['text or an integer', (value) => isText(value) || isInteger(value)],
  integer: ['an integer', isInteger],
  object: ['an object', isRecord],
  any: ['a value', () => true],
};

function isEmpty(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() === '';
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && Object.keys(value).length === 0;
}

export type Kind = 'text' | 'number' | 'boolean' | 'list' | 'object' | 'null';

export function kindOf(value: unknown): Kind {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'object' ? 'object' : 'number';
}
