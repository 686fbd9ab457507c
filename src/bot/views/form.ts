import type { types } from '@slack/bolt';
import { z } from 'zod';
import type { Field, ManualStep } from '../../playbooks/define.ts';
import { formId, StepRef, stepRef } from '../ids.ts';
import { type Block, plainText, quote } from './blocks.ts';
import { fitView } from './render-limits.ts';
import { cut, line } from './untrusted.ts';

/** What the form remembers until it is sent; Slack gives it back as it was. */
export const FormMemo = z
  .string()
  .transform((text) => JSON.parse(text) as unknown)
  .pipe(z.object({ ref: StepRef, thread: z.string().optional() }));

/** The form of a manual step: https://docs.slack.dev/surfaces/modals */
export function formView(
  { incident, step, attempt }: StepRef,
  manual: ManualStep,
  thread: string | undefined,
): types.ModalView {
  return {
    type: 'modal',
    callback_id: formId,
    private_metadata: JSON.stringify({ ref: stepRef(incident, step, attempt), thread }),
    title: plainText(cut(manual.title, 24)),
    submit: plainText('Send'),
    close: plainText('Not now'),
    blocks: fitView([quote(line(manual.asks, 1_000)), ...manual.fields.map(input)]),
  };
}

/** A field's key names both its block and its element, so that an error finds the block. */
function input(field: Field): Block {
  return {
    type: 'input',
    block_id: field.key,
    label: plainText(line(field.label, 200)),
    optional: field.optional ?? false,
    ...(field.hint === undefined ? {} : { hint: plainText(line(field.hint, 500)) }),
    element: element(field),
  };
}

function element({ kind, key, choices = [] }: Field): types.InputBlock['element'] {
  if (kind === 'date') return { type: 'datepicker', action_id: key };
  if (kind === 'choice')
    return {
      type: 'static_select',
      action_id: key,
      options: choices
        .slice(0, 100)
        .map((choice) => ({ text: plainText(line(choice, 75)), value: cut(choice, 150) })),
    };
  return { type: 'plain_text_input', action_id: key, multiline: kind === 'paragraph', max_length: 2_000 };
}

const Value = z.object({
  value: z.string().nullish(),
  selected_date: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
});
const Values = z.record(z.string(), z.record(z.string(), Value)).catch({});

export interface ReadAnswers {
  readonly answers: Record<string, string>;
  /** By field, what is missing. */
  readonly errors: Record<string, string>;
}

export function readAnswers(manual: ManualStep | undefined, values: unknown): ReadAnswers {
  const given = Values.parse(values);
  const answers: Record<string, string> = {};
  const errors: Record<string, string> = {};
  for (const { key, optional, kind } of manual?.fields ?? []) {
    const text = textOf(given[key]?.[key]);
    if (text === '' && optional !== true)
      errors[key] = kind === 'date' ? 'Choose a date.' : 'Write at least a word.';
    answers[key] = text;
  }
  return { answers, errors };
}

/** Each kind of field has its value in a place of its own. */
function textOf({ value, selected_date, selected_option }: z.infer<typeof Value> = {}): string {
  return (value ?? selected_date ?? selected_option?.value ?? '').trim();
}
