import type { Path, Truth, Verifier } from './judge/verifiers.ts';

/** The required form of a record. Plain data, so that it can be sent to a worker thread. */
export interface RecordSchema {
  readonly name: SchemaName;
  readonly fields: readonly Field[];
  /** Alternative sets of fields, of which a record uses one. It is checked against that set and `fields`. */
  readonly oneOf?: readonly (readonly Field[])[];
  /** Role of the last message in fields of type `messages`. */
  readonly lastRole?: 'user' | 'assistant';
  readonly truth?: Truth;
  /** Fields with the prompt; the first one present is used. Duplicates and leaks are detected by it. */
  readonly asks: readonly string[];
  /** Fields that belong to the prompt wherever they are: the same instruction with another input is another prompt. */
  readonly asksWith?: readonly string[];
  /** Longer prompts cause a warning. Tokens are estimated as characters / 4, a lower bound for most text. */
  readonly tokenLimit: number;
  /** Records per batch; a smaller data set causes a warning. Absent if unknown. */
  readonly batch?: number;
}

export type SchemaName = (typeof schemaNames)[number] | 'auto';

/**
 * `text`: a string that is not blank. `texts`: a list of them. `messages`: `[{role, content}]` or `[{from, value}]`.
 * `prompt`: text or messages, up to the answer. `answer`: text, messages or one message, beginning with the assistant.
 * `pair`: the same, but with the prompt in front. `id`: text or an integer. `integer`: 0 or more. `flags`: a list of
 * booleans. `truth`: see `Truth`. `any`: neither null nor empty.
 */
export type FieldType =
  | 'text'
  | 'texts'
  | 'messages'
  | 'prompt'
  | 'answer'
  | 'pair'
  | 'id'
  | 'integer'
  | 'boolean'
  | 'flags'
  | 'object'
  | 'truth'
  | 'any';

export interface Field {
  readonly path: Path;
  readonly type: FieldType;
  readonly required: boolean;
}

export const schemaNames = [
  'srl_steps',
  'srl_expanded',
  'verl',
  'trl',
  'sft',
  'open_instruct',
  'gsm8k',
  'preference',
  'unpaired_preference',
  'stepwise',
  'sharegpt',
  'alpaca',
  'math',
] as const;

/** A required field. */
export const must = (type: FieldType, ...path: string[]): Field => ({ path, type, required: true });
/** A field that is checked if it is there. */
export const may = (type: FieldType, ...path: string[]): Field => ({ path, type, required: false });

/** Overrides of the built-in schema for one tier. */
export interface SchemaChanges {
  /** Required fields, dotted. Replaces the built-in list. */
  readonly required?: readonly string[];
  /** Names of verifiers or data sources accepted in addition to the built-in ones. */
  readonly verifiers?: Readonly<Record<string, Verifier>>;
  readonly tokenLimit?: number;
  readonly batch?: number;
}

export function changed(schema: RecordSchema, changes: SchemaChanges): RecordSchema {
  const { required, verifiers = {}, tokenLimit: limit, batch } = changes;
  const { truth } = schema;
  return {
    ...schema,
    ...(required && { fields: withRequired(schema.fields, required) }),
    ...(truth && { truth: { ...truth, verifiers: [...Object.entries(verifiers), ...truth.verifiers] } }),
    ...(limit !== undefined && { tokenLimit: limit }),
    ...(batch !== undefined && { batch }),
  };
}

function withRequired(fields: readonly Field[], required: readonly string[]): readonly Field[] {
  const names = fields.map(({ path }) => path.join('.'));
  const added = required.filter((name) => !names.includes(name));
  return [
    ...fields.map((field) => ({ ...field, required: required.includes(field.path.join('.')) })),
    ...added.map((name) => must('any', ...name.split('.'))),
  ];
}
