import {
  openInstructVerifiers,
  type Path,
  type Truth,
  type Verifier,
  verlScorers,
} from './judge/verifiers.ts';

/** What a record must look like. Data only, so that it can be sent to a worker thread. */
export interface RecordSchema {
  readonly name: SchemaName;
  readonly fields: readonly Field[];
  /** Sets of fields of which a record has one; the record is then judged by the fields of that set and `fields`. */
  readonly oneOf?: readonly (readonly Field[])[];
  /** Who speaks last in the conversations of this schema. */
  readonly lastRole?: 'user' | 'assistant';
  readonly truth?: Truth;
  /** The fields with the text that a record is about, the first one that is there: duplicates and leaks are found by it. */
  readonly asks: readonly string[];
  /** Prompts above it are warned of. Tokens are estimated as characters / 4, which is a lower bound for most text. */
  readonly tokenLimit: number;
  /** Records of one batch; fewer in all are warned of. Left out where it is not known. */
  readonly batch?: number;
}

export type SchemaName = (typeof schemaNames)[number] | 'auto';

/**
 * `text`: a string that is not blank. `texts`: a list of them. `messages`: `[{role, content}]`. `prompt`: text or
 * messages. `id`: text or integer. `integer`: 0 or more. `truth`: what `Truth` says. `any`: not null, not empty.
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

/** Room for a long problem; trainers are often set to less, and then `relight.yaml` says so for the tier. */
const tokenLimit = 4096;

export const schemas: Readonly<Record<SchemaName, RecordSchema>> = {
  /** Supervised RL, whole solutions: https://arxiv.org/abs/2510.25992 */
  srl_steps: {
    name: 'srl_steps',
    fields: [must('id', 'id'), must('text', 'problem'), must('texts', 'steps')],
    asks: ['problem'],
    tokenLimit,
  },
  /** Supervised RL, one record a step. */
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
  /** None of the known forms: only what holds for every record is checked. */
  auto: { name: 'auto', fields: [], asks: [], tokenLimit },
};

/** What a tier asks otherwise than the built-in schema does. */
export interface SchemaChanges {
  /** Fields that must be there, dotted; takes the place of the built-in list. */
  readonly required?: readonly string[];
  /** Verifier or data_source names that are known besides the built-in ones. */
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
