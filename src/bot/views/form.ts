import type { types } from '@slack/bolt';
import { z } from 'zod';
import type { Answers, Field, ManualStep } from '../../playbooks/define.ts';
import { formId, StepRef, stepRef } from '../ids.ts';
import { type Block, plainText, quote } from './blocks.ts';
import { titleIn } from './drills/drill-words.ts';
import { fitView } from './render-limits.ts';
import { cut, line } from './untrusted.ts';

/** The limit of a text input: https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element */
const longestText = 3_000;

/** The parts of a form that people see. */
export interface FormContent extends Pick<ManualStep, 'title' | 'asks'> {
  readonly fields: readonly FormField[];
  /** By field, why its answer is not accepted; empty if all are. */
  readonly problems: (answers: Answers) => Readonly<Record<string, string>>;
}

/** A field of a playbook's form, or a person of the workspace, whose answer is their Slack ID. */
export type FormField = Field | PersonField;

interface PersonField extends Omit<Field, 'kind'> {
  readonly kind: 'person';
}

/** A submitted form, as Slack sends it: https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
export const Submitted = z.object({
  user: z.object({ id: z.string() }),
  view: z.object({ private_metadata: z.string(), state: z.object({ values: z.unknown() }) }),
});

/** State that Slack keeps with the open form and returns unchanged on submit. */
export const FormMemo = z
  .string()
  .transform((text) => JSON.parse(text) as unknown)
  .pipe(z.object({ ref: StepRef, thread: z.string().optional(), channel: z.string().optional() }));

export interface FormPlace {
  readonly id?: string;
  readonly thread: string | undefined;
  /** The channel of a command, which Slack does not name when the form is submitted. */
  readonly channel?: string;
}

/** https://docs.slack.dev/surfaces/modals */
export function formView(
  { incident, step, attempt, hash }: StepRef,
  form: FormContent,
  { id = formId, thread, channel }: FormPlace,
): types.ModalView {
  return {
    type: 'modal',
    callback_id: id,
    private_metadata: JSON.stringify({ ref: stepRef(incident, step, attempt, hash), thread, channel }),
    title: plainText(titleIn(incident, form.title)),
    submit: plainText('Send'),
    close: plainText('Not now'),
    blocks: fitView([quote(line(form.asks, 1_000)), ...form.fields.map(input)]),
  };
}

/** The field's key is the id of both block and element, because Slack matches errors to blocks. */
function input(field: FormField): Block {
  return {
    type: 'input',
    block_id: field.key,
    label: plainText(line(field.label, 200)),
    optional: field.optional ?? false,
    ...(field.hint === undefined ? {} : { hint: plainText(line(field.hint, 500)) }),
    element: element(field),
  };
}

function element(field: FormField): types.InputBlock['element'] {
  if (field.kind === 'person') return { type: 'users_select', action_id: field.key };
  const { kind, key, initial, maxLength = longestText } = field;
  if (kind === 'date')
    return { type: 'datepicker', action_id: key, ...(initial !== undefined && { initial_date: initial }) };
  if (kind === 'choice') return select(field);
  return {
    type: 'plain_text_input',
    action_id: key,
    multiline: kind === 'paragraph',
    max_length: maxLength,
    ...(initial !== undefined && { initial_value: cut(initial, longestText) }),
  };
}

/** Slack allows 100 options, and the initial one must equal one of them exactly. */
function select({ key, choices = [], initial }: Field): types.StaticSelect {
  const options = choices
    .slice(0, 100)
    .map((choice) => ({ text: plainText(line(choice, 75)), value: cut(choice, 150) }));
  const first = options.find(({ value }) => initial !== undefined && value === cut(initial, 150));
  return {
    type: 'static_select',
    action_id: key,
    options,
    ...(first !== undefined && { initial_option: first }),
  };
}

const Value = z.object({
  value: z.string().nullish(),
  selected_date: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
  selected_user: z.string().nullish(),
});
const Values = z.record(z.string(), z.record(z.string(), Value)).catch({});

const missing = {
  text: 'Enter at least one word.',
  paragraph: 'Enter at least one word.',
  choice: 'Choose one.',
  date: 'Choose a date.',
  person: 'Choose a person.',
} as const satisfies Record<FormField['kind'], string>;

export interface ReadAnswers {
  readonly answers: Record<string, string>;
  /** By field, what is missing or not accepted. */
  readonly errors: Record<string, string>;
}

export function readAnswers(form: FormContent | undefined, values: unknown): ReadAnswers {
  const given = Values.parse(values);
  const answers: Record<string, string> = {};
  const errors: Record<string, string> = {};
  for (const { key, optional, kind } of form?.fields ?? []) {
    const text = textOf(given[key]?.[key]);
    if (text === '' && optional !== true) errors[key] = missing[kind];
    answers[key] = text;
  }
  const complete = form !== undefined && Object.keys(errors).length === 0;
  return { answers, errors: complete ? { ...form.problems(answers) } : errors };
}

/** The key of the first field that was submitted, for an error that is about none of them. */
export function firstFieldIn(values: unknown): string {
  return Object.keys(Values.parse(values))[0] ?? '';
}

/** Slack returns the value of each kind of field under a different key. */
function textOf({
  value,
  selected_date,
  selected_option,
  selected_user,
}: z.infer<typeof Value> = {}): string {
  return (value ?? selected_date ?? selected_option?.value ?? selected_user ?? '').trim();
}
