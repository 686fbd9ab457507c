import { largest } from '../../ports/collections.ts';
import { type SchemaName, schemaNames } from '../schemas.ts';
import { isRecord } from './messages.ts';

/** Fields that identify a form. The first match wins, so the most specific ones come first. */
const signs: readonly (readonly [SchemaName, readonly string[]])[] = [
  ['srl_expanded', ['expert_action']],
  ['srl_expanded', ['step_index', 'num_steps']],
  ['verl', ['data_source', 'reward_model']],
  ['verl', ['prompt', 'reward_model']],
  ['srl_steps', ['problem', 'steps']],
  ['open_instruct', ['messages', 'ground_truth']],
  ['open_instruct', ['ground_truth', 'dataset']],
  ['gsm8k', ['question', 'answer']],
  ['trl', ['prompt', 'solution']],
  ['sft', ['messages']],
  ['sft', ['prompt', 'completion']],
  ['sft', ['text']],
  ['trl', ['prompt']],
];

export function formOf(record: unknown): SchemaName | undefined {
  if (!isRecord(record)) return undefined;
  return signs.find(([, fields]) => fields.every((field) => Object.hasOwn(record, field)))?.[0];
}

/** The form that most of these records have; `auto` if it is not a known one. */
export function detectSchema(records: readonly unknown[]): SchemaName {
  const votes = new Map<SchemaName, number>();
  for (const record of records) {
    const form = formOf(record);
    if (form !== undefined) votes.set(form, (votes.get(form) ?? 0) + 1);
  }
  const most = Math.max(0, largest(votes.values()));
  return most === 0 ? 'auto' : (schemaNames.find((name) => votes.get(name) === most) ?? 'auto');
}
