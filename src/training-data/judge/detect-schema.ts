import { largest } from '../../ports/collections.ts';
import { type SchemaName, schemaNames } from '../schemas.ts';
import { isRecord, type JsonObject } from './record-path.ts';

interface Sign {
  readonly form: SchemaName;
  readonly fields: readonly string[];
  /** Where the names of the fields are not enough. */
  readonly also?: (record: JsonObject) => boolean;
}

const sign = (form: SchemaName, ...fields: string[]): Sign => ({ form, fields });

const isLabeled = ({ label }: JsonObject): boolean => typeof label === 'boolean';

/** Fields that identify a form. The first match wins, so the most specific ones come first. */
const signs: readonly Sign[] = [
  sign('srl_expanded', 'expert_action'),
  sign('srl_expanded', 'step_index', 'num_steps'),
  sign('verl', 'data_source', 'reward_model'),
  sign('verl', 'prompt', 'reward_model'),
  sign('srl_steps', 'problem', 'steps'),
  sign('open_instruct', 'messages', 'ground_truth'),
  sign('open_instruct', 'ground_truth', 'dataset'),
  sign('stepwise', 'prompt', 'completions', 'labels'),
  sign('preference', 'chosen', 'rejected'),
  sign('preference', 'chosen_messages', 'rejected_messages'),
  sign('preference', 'preferred_output', 'non_preferred_output'),
  sign('unpaired_preference', 'kto_tag'),
  sign('unpaired_preference', 'prompt', 'completion', 'label'),
  { ...sign('unpaired_preference', 'messages', 'label'), also: isLabeled },
  { ...sign('unpaired_preference', 'conversations', 'label'), also: isLabeled },
  sign('gsm8k', 'question', 'answer'),
  sign('alpaca', 'instruction', 'output'),
  sign('alpaca', 'instruction', 'input'),
  sign('trl', 'prompt', 'solution'),
  sign('sft', 'messages'),
  sign('sharegpt', 'conversations'),
  sign('math', 'problem', 'solution'),
  sign('math', 'problem', 'answer'),
  sign('sft', 'prompt', 'completion'),
  sign('sft', 'text'),
  sign('trl', 'prompt'),
];

export function formOf(record: unknown): SchemaName | undefined {
  if (!isRecord(record)) return undefined;
  const matches = ({ fields, also }: Sign): boolean =>
    fields.every((field) => Object.hasOwn(record, field) && record[field] !== null) &&
    also?.(record) !== false;
  return signs.find(matches)?.form;
}

/** The form that most of these records have; `auto` if it is not a known one. */
export function detectSchema(records: readonly unknown[]): SchemaName {
  const votes = new Map<SchemaName, number>();
  for (const record of records) {
    const form = formOf(record);
    if (form !== undefined) votes.set(form, (votes.get(form) ?? 0) + 1);
  }
  const most = Math.max(0, largest(votes.values()));
  const form = most === 0 ? 'auto' : (schemaNames.find((name) => votes.get(name) === most) ?? 'auto');
  // Questions with answers are a common form. Only GSM8K marks the answer at the end of the solution.
  return form === 'gsm8k' && !records.some(marksAnswer) ? 'auto' : form;
}

function marksAnswer(record: unknown): boolean {
  const answer = isRecord(record) ? record['answer'] : undefined;
  return typeof answer === 'string' && answer.includes('####');
}
