import {
  openInstructVerifiers,
  type Path,
  type Truth,
  type Verifier,
  verlScorers,
} from './judge/verifiers.ts';

/** The required form of a record. Plain data, so that it can be sent to a worker thread. */
export interface RecordSchema {
  readonly name: SchemaName;
  readonly fields: readonly Field[];
  /** Alternative sets of fields, of which a record uses one. It is checked against that set and `fields`. */
  readonly oneOf?: readonly (readonly Field[])[];
  /** Role of the last message in conversations of this schema. */
  readonly lastRole?: 'user' | 'assistant';
  readonly truth?: Truth;
  /** Fields with the prompt; the first one present is used. Duplicates and leaks are detected by it. */
  readonly asks: readonly string[];
  /** Longer prompts cause a warning. Tokens are estimated as characters / 4, a lower bound for most text. */
  readonly tokenLimit: number;
  /** Records per batch; a smaller data set causes a warning. Absent if unknown. */
  readonly batch?: number;
}

export type SchemaName = (typeof schemaNames)[number] | 'auto';

/**
 * `text`: a string that is not blank. `texts`: a list of them. `messages`: `[{role, content}]`. `prompt`: text or
 * messages. `id`: text or an integer. `integer`: 0 or more. `truth`: see `Truth`. `any`: neither null nor empty.
 */
export type FieldType =
  | 'text'
  | 'texts'
  | 'messages'
  | 'prompt'
  | 'id'
  | 'integer'
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
] as const;

const must = (type: FieldType, ...path: string[]): Field => ({ path, type, required: true });
const may = (type: FieldType, ...path: string[]): Field => ({ path, type, required: false });

/** Enough for a long problem. Trainers often allow less; `relight.yaml` can then lower it per tier. */
const tokenLimit = 4096;

export const schemas: Readonly<Record<SchemaName, RecordSchema>> = {
  /** Supervised RL with whole solutions: https://arxiv.org/abs/2510.25992 */
  srl_steps: {
    name: 'srl_steps',
    fields: [must('id', 'id'), must('text', 'problem'), must('texts', 'steps')],
    asks: ['problem'],
    tokenLimit,
  },
  /** Supervised RL with one record per step. */
  srl_expanded: {
    name: 'srl_expanded',
    fields: [
      must('prompt', 'prompt'),
      must('text', 'expert_action'),
      must('integer', 'step_index'),
      must('integer', 'num_steps'),
      must('id', 'source_id'),
      may('text', 'problem'),
    ],
    lastRole: 'user',
    asks: ['prompt'],
    tokenLimit,
  },
  /** https://verl.readthedocs.io/en/latest/preparation/prepare_data.html; DAPO-Math has the same columns. */
  verl: {
    name: 'verl',
    fields: [
      must('text', 'data_source'),
      must('messages', 'prompt'),
      must('object', 'reward_model'),
      must('truth', 'reward_model', 'ground_truth'),
      may('text', 'reward_model', 'style'),
      may('text', 'ability'),
      may('object', 'extra_info'),
    ],
    lastRole: 'user',
    truth: {
      path: ['reward_model', 'ground_truth'],
      chosenBy: ['data_source'],
      unknown: 'data-source-unknown',
      verifiers: verlScorers,
    },
    asks: ['prompt'],
    tokenLimit,
  },
  /** GRPO with accuracy_reward: https://huggingface.co/docs/trl/main/en/dataset_formats */
  trl: {
    name: 'trl',
    fields: [must('prompt', 'prompt'), must('truth', 'solution')],
    lastRole: 'user',
    truth: { path: ['solution'], verifiers: [['*', 'math']] },
    asks: ['prompt'],
    tokenLimit,
  },
  sft: {
    name: 'sft',
    fields: [],
    oneOf: [
      [must('messages', 'messages')],
      [must('prompt', 'prompt'), must('prompt', 'completion')],
      [must('text', 'text')],
    ],
    lastRole: 'assistant',
    asks: ['messages', 'prompt', 'text'],
    tokenLimit,
  },
  open_instruct: {
    name: 'open_instruct',
    fields: [must('messages', 'messages'), must('truth', 'ground_truth'), must('any', 'dataset')],
    truth: {
      path: ['ground_truth'],
      chosenBy: ['dataset'],
      unknown: 'verifier-unknown',
      verifiers: openInstructVerifiers,
    },
    lastRole: 'user',
    asks: ['messages'],
    tokenLimit,
  },
  /** https://github.com/openai/grade-school-math */
  gsm8k: {
    name: 'gsm8k',
    fields: [must('text', 'question'), must('truth', 'answer')],
    truth: { path: ['answer'], verifiers: [['*', 'gsm8k-answer']] },
    asks: ['question'],
    tokenLimit,
  },
  /** No known form: only the checks that apply to every record are run. */
  auto: { name: 'auto', fields: [], asks: [], tokenLimit },
};

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
