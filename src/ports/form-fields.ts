import { z } from 'zod';

/**
 * Who may approve a change, from the fewest permissions to the most; each role includes the ones before it.
 *
 * @example approver: 'lead'
 */
export const Role = z.enum(['responder', 'lead', 'production-approver']);
export type Role = z.infer<typeof Role>;

/**
 * How far a change reaches: `reversible` can be undone or only stops Relight's own work, `spend` launches something that
 * is billed, and `production` changes an endpoint or the model registry.
 *
 * @example policyClass: 'production'
 */
export const ChangeClass = z.enum(['reversible', 'spend', 'production']);
export type ChangeClass = z.infer<typeof ChangeClass>;

/** The class of anything that a person can do; `read` only looks. */
export type PolicyClass = 'read' | ChangeClass;

/**
 * A field of a form, which Slack shows as a modal. Its answer is a string: a date as YYYY-MM-DD, a choice as its text.
 * https://docs.slack.dev/surfaces/modals
 *
 * @example { key: 'why', label: 'Why', kind: 'paragraph', optional: true }
 * @example { key: 'way', label: 'What to do', kind: 'choice', choices: ['wait', 'stop'], initial: 'wait' }
 */
export interface Field<K extends string = string> {
  readonly key: K;
  readonly label: string;
  readonly kind: 'text' | 'paragraph' | 'choice' | 'date';
  readonly optional?: boolean;
  readonly hint?: string;
  /** The initial value; for `choice`, one of the choices. */
  readonly initial?: string;
  /** Only for `date`: refuses past days, and starts this many days from now. */
  readonly fromToday?: { readonly initialDays: number };
  /** Only for `text` and `paragraph`; at most 3,000, which is the default. */
  readonly maxLength?: number;
  /** Only for `choice`. */
  readonly choices?: readonly string[];
}

/**
 * A step that a person does and reports with a form; the answers are its result.
 *
 * @example { title: 'Decide', asks: 'Wait or stop?', button: 'Decide', approver: 'responder', fields: [why] }
 */
export interface ManualStep<K extends string = string> {
  readonly title: string;
  /** The request to the person, one or two sentences. */
  readonly asks: string;
  readonly button: string;
  /** The minimum role for answering. */
  readonly approver: Role;
  readonly fields: readonly Field<K>[];
  /** The form waits until it is known how the incident ended. */
  readonly afterEnd?: true;
  /** The reason per field why an answer is refused. Without it, any answer is accepted. */
  readonly problems?: (answers: Answers) => Readonly<Record<string, string>>;
}

/**
 * A button that gives these answers, beside the form.
 *
 * @example { label: 'Retry with more storage', why: 'the log names a full disk', answers: { playbook: 'disk-full' } }
 */
export interface Offer {
  readonly label: string;
  /** Shown in the message, one clause. */
  readonly why: string;
  readonly answers: Answers;
}

/** The answers by field key; an optional field that was left empty is absent. */
export type Answers = Readonly<Record<string, string>>;

/** The input with the answers applied, or the field that is refused, and why. */
export type Adjusted<I> = { readonly input: I } | { readonly field: string; readonly wrong: string };

/**
 * Lets a person change what will be sent, before approval; Relight then builds the proposal again.
 *
 * @example
 * {
 *   button: 'Other batch size',
 *   asks: 'Choose a batch size.',
 *   fields: ({ batch }) => [{ key: 'batch', label: 'Batch size', kind: 'text', initial: String(batch) }],
 *   apply: (input, { batch = '' }) =>
 *     /^\d+$/.test(batch) ? { input: { ...input, batch: Number(batch) } } : { field: 'batch', wrong: 'Type a number' },
 * }
 */
export interface Adjust<I> {
  readonly button: string;
  /** Says what can be changed, in one or two sentences. */
  readonly asks: string;
  /** The fields, filled with the proposed values. */
  readonly fields: (input: I) => readonly Field[];
  /** Pure: runs while the form is open, and again whenever the step runs. Without answers it changes nothing. */
  readonly apply: (input: I, answers: Answers) => Adjusted<I>;
}
