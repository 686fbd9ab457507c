import { z } from 'zod';

/** What a person is asked in a form: https://docs.slack.dev/surfaces/modals */

/** Who may approve a change; each role may also do what the ones before it may. */
export const Role = z.enum(['responder', 'lead', 'production-approver']);
export type Role = z.infer<typeof Role>;

export interface Field<K extends string = string> {
  readonly key: K;
  readonly label: string;
  readonly kind: 'text' | 'paragraph' | 'choice' | 'date';
  readonly optional?: boolean;
  readonly hint?: string;
  /** What stands in the field at first; for `choice` one of the choices. */
  readonly initial?: string;
  /** Only for `date`: no day before today, and so many days from now at first. */
  readonly fromToday?: { readonly initialDays: number };
  /** Only for `choice`. */
  readonly choices?: readonly string[];
}

/** A stage that a person does and reports by a form; its answers are its result. */
export interface ManualStep<K extends string = string> {
  readonly title: string;
  /** What the person is asked to do, one or two sentences. */
  readonly asks: string;
  readonly button: string;
  /** The least role that may answer. */
  readonly approver: Role;
  readonly fields: readonly Field<K>[];
  /** Only asked once it is known how the incident ended. */
  readonly afterEnd?: true;
  /** By field, why these answers cannot be taken; left out: whatever fills the fields is good. */
  readonly problems?: (answers: Answers) => Readonly<Record<string, string>>;
}

/** What a person typed or chose, by the keys of the fields; an optional field that was left empty is not there. */
export type Answers = Readonly<Record<string, string>>;

/** The input with the answers taken up, or the field that cannot be so, and why. */
export type Adjusted<I> = { readonly input: I } | { readonly field: string; readonly wrong: string };

/** Lets a person change what a change is going to send, before it is approved: the proposal is then made anew. */
export interface Adjust<I> {
  readonly button: string;
  /** What can be changed, one or two sentences. */
  readonly asks: string;
  /** The fields, filled with what is proposed now. */
  readonly fields: (input: I) => readonly Field[];
  /** Pure: checked while the form is still open, and applied again whenever the step runs; no answers change nothing. */
  readonly apply: (input: I, answers: Answers) => Adjusted<I>;
}
