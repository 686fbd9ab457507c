import type { Answers, ManualStep } from '../../ports/form-fields.ts';
import type { Action } from './action.ts';
import { inputOf } from './step-input.ts';

/** What every step may read of the incident. */
export interface IncidentFacts {
  readonly id: string;
  readonly job: string;
  readonly tier: string;
  /** When it broke, as the alarm tells it. */
  readonly failedAt: number;
  readonly rtoMinutes: number;
  readonly rpoMinutes: number;
  /** True where a person chose this playbook after another one could not help. */
  readonly chosen: boolean;
  /** Names of the alarms that were told of, the first one first. */
  readonly alarms?: readonly string[];
  /** The jobs of an incident that is about many; absent for one that is about a single job. */
  readonly board?: readonly string[];
}

/** `true`: run the step; otherwise the reason for skipping it, which people read. */
export type When = true | { readonly skip: string };

export type Start = { readonly incident: IncidentFacts };

/** The erased form of a step, as the runner and the worker see it. */
export type Results = Start & { readonly [step: string]: unknown };
export type Step = { readonly key: string; readonly when?: (results: Results) => When } & (
  | {
      readonly kind: 'action';
      readonly action: Action<unknown, unknown>;
      /** What it works on: what the steps before it found, with what a person changed of it. */
      readonly inputFor: (results: Results, answers?: Answers) => unknown;
    }
  | {
      readonly kind: 'manual';
      readonly manual: ManualStep;
      /** What is wrong with the answers, before they are taken. */
      readonly check?: (results: Results, answers: Answers) => Wrong | undefined;
    }
);

/** A field of a form, and why its answer cannot be taken. */
export interface Wrong {
  readonly field: string;
  readonly wrong: string;
}

type Fresh<K extends string, R> = K extends keyof R ? never : K;

/** Grows a playbook step by step; each step sees the results of those before it, typed. */
export interface Steps<R extends Start> {
  readonly list: readonly Step[];
  /** A step that always runs. */
  action<K extends string, I, O>(
    key: Fresh<K, R>,
    action: Action<I, O>,
    inputFrom: (results: R) => NoInfer<I>,
  ): Steps<R & { readonly [P in K]: O }>;
  /** A step that may be skipped: later steps see `undefined` then. */
  actionWhen<K extends string, I, O>(
    key: Fresh<K, R>,
    action: Action<I, O>,
    inputFrom: (results: R) => NoInfer<I>,
    when: (results: R) => When,
  ): Steps<R & { readonly [P in K]: O | undefined }>;
  /** `check` refuses answers while the form is still open. */
  manual<K extends string, F extends string>(
    key: Fresh<K, R>,
    manual: ManualStep<F>,
    check?: (results: R, answers: { readonly [A in F]?: string }) => Wrong | undefined,
  ): Steps<R & { readonly [P in K]: { readonly [A in F]: string } }>;
  /** A manual step that may be skipped. */
  manualWhen<K extends string, F extends string>(
    key: Fresh<K, R>,
    manual: ManualStep<F>,
    when: (results: R) => When,
  ): Steps<R & { readonly [P in K]: { readonly [A in F]: string } | undefined }>;
}

type Erased = Action<unknown, unknown>;

/** The builder with these steps in it. */
export function grow(list: readonly Step[]): Steps<Start> {
  const add = (step: unknown): Steps<Start> =>
    // The builder's types were checked where the author wrote the step; the list holds every step in one erased form.
    grow([...list, step as Step]);
  const steps = {
    list,
    action: (key: string, action: Erased, inputFrom: (results: Results) => unknown) =>
      add({ kind: 'action', key, action, inputFor: inputOf(action, inputFrom) }),
    actionWhen: (key: string, action: Erased, inputFrom: (results: Results) => unknown, when: unknown) =>
      add({ kind: 'action', key, action, inputFor: inputOf(action, inputFrom), when }),
    manual: (key: string, manual: unknown, check?: unknown) =>
      add({ kind: 'manual', key, manual, ...(check !== undefined && { check }) }),
    manualWhen: (key: string, manual: unknown, when: unknown) => add({ kind: 'manual', key, manual, when }),
  };
  // Each method returns a builder whose type has grown by one key; a plain object cannot say that by itself.
  return steps as unknown as Steps<Start>;
}
