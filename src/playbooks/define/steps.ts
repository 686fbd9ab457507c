import { OpsError } from '../../errors.ts';
import type { Answers, ManualStep, Offer } from '../../ports/form-fields.ts';
import type { Action } from './action.ts';

/** The facts of an incident that every step may read. */
export interface IncidentFacts {
  readonly id: string;
  /** The training job, or the endpoint for `model_degraded`. */
  readonly job: string;
  readonly tier: string;
  /** When it broke, according to the alarm: milliseconds since the epoch. */
  readonly failedAt: number;
  readonly rtoMinutes: number;
  readonly rpoMinutes: number;
  /** True if a person chose this playbook, e.g. after another one could not help. */
  readonly chosen: boolean;
  /** Names of the alarms received, the first one first. */
  readonly alarms?: readonly string[];
  /** The affected jobs of an incident about many jobs; absent if it is about one. */
  readonly board?: readonly string[];
}

/**
 * `true` runs the step; otherwise the reason for skipping it, which people read on the card.
 *
 * @example ({ diagnosis }): When => diagnosis.kind === 'data' || { skip: diagnosis.why }
 */
export type When = true | { readonly skip: string };

/** What the first step can read: the incident, and no results yet. */
export type Start = { readonly incident: IncidentFacts };

/** All results by step key, without their types: how the runner and the worker see them. */
export type Results = Start & { readonly [step: string]: unknown };

/** One step without the types of its input and output. */
export type Step = { readonly key: string; readonly when?: (results: Results) => When } & (
  | {
      readonly kind: 'action';
      readonly action: Action<unknown, unknown>;
      /** The action's input: read from earlier results, then adjusted with the answers of the form, if any. */
      readonly inputFor: (results: Results, answers?: Answers) => unknown;
    }
  | {
      readonly kind: 'manual';
      readonly manual: ManualStep;
      /** Refuses answers while the form is still open. */
      readonly check?: (results: Results, answers: Answers) => Wrong | undefined;
      /** Answers that a button gives, the best first; at most two are shown. */
      readonly offers?: (results: Results) => readonly Offer[];
    }
);

/** Refuses an answer: the key of the form field, and the reason that appears below it. */
export interface Wrong {
  readonly field: string;
  readonly wrong: string;
}

type Fresh<K extends string, R> = K extends keyof R ? never : K;

/** Builds the list of steps; each step sees the typed results of the steps before it. */
export interface Steps<R extends Start> {
  readonly list: readonly Step[];
  /** A step that always runs. */
  action<K extends string, I, O>(
    key: Fresh<K, R>,
    action: Action<I, O>,
    inputFrom: (results: R) => NoInfer<I>,
  ): Steps<R & { readonly [P in K]: O }>;
  /** A step that may be skipped; later steps then see `undefined`. */
  actionWhen<K extends string, I, O>(
    key: Fresh<K, R>,
    action: Action<I, O>,
    inputFrom: (results: R) => NoInfer<I>,
    when: (results: R) => When,
  ): Steps<R & { readonly [P in K]: O | undefined }>;
  /** A form that a person fills in; `check` refuses answers while it is still open. */
  manual<K extends string, F extends string>(
    key: Fresh<K, R>,
    manual: ManualStep<F>,
    check?: (results: R, answers: { readonly [A in F]?: string }) => Wrong | undefined,
  ): Steps<R & { readonly [P in K]: { readonly [A in F]: string } }>;
  /** A form with buttons for its likeliest answers, which depend on earlier results. */
  manualWithOffers<K extends string, F extends string>(
    key: Fresh<K, R>,
    manual: ManualStep<F>,
    offers: (results: R) => readonly Offer[],
  ): Steps<R & { readonly [P in K]: { readonly [A in F]: string } }>;
  /** A form that may be skipped. */
  manualWhen<K extends string, F extends string>(
    key: Fresh<K, R>,
    manual: ManualStep<F>,
    when: (results: R) => When,
    check?: (results: R, answers: { readonly [A in F]?: string }) => Wrong | undefined,
  ): Steps<R & { readonly [P in K]: { readonly [A in F]: string } | undefined }>;
}

type Erased = Action<unknown, unknown>;

/** The builder with these steps in it. `built` collects the key of every step, including one that is then dropped. */
export function grow(list: readonly Step[], built: string[] = []): Steps<Start> {
  const add = (step: Readonly<Record<string, unknown>> & { readonly key: string }): Steps<Start> => {
    built.push(step.key);
    // The builder's types were checked where the author wrote the step; the list holds every step in one erased form.
    return grow([...list, step as Step], built);
  };
  const steps = {
    list,
    action: (key: string, action: Erased, inputFrom: (results: Results) => unknown) =>
      add({ kind: 'action', key, action, inputFor: inputOf(action, inputFrom) }),
    actionWhen: (key: string, action: Erased, inputFrom: (results: Results) => unknown, when: unknown) =>
      add({ kind: 'action', key, action, inputFor: inputOf(action, inputFrom), when }),
    manual: (key: string, manual: unknown, check?: unknown) =>
      add({ kind: 'manual', key, manual, ...(check !== undefined && { check }) }),
    manualWithOffers: (key: string, manual: unknown, offers: unknown) =>
      add({ kind: 'manual', key, manual, offers }),
    manualWhen: (key: string, manual: unknown, when: unknown, check?: unknown) =>
      add({ kind: 'manual', key, manual, when, ...(check !== undefined && { check }) }),
  };
  // Each method returns a builder whose type has one more key, which a plain object cannot express.
  return steps as unknown as Steps<Start>;
}

/** Reads a step's input from the results, and applies the values that a person chose instead. */
function inputOf<R>(
  action: Erased,
  inputFrom: (results: R) => unknown,
): (results: R, answers?: Answers) => unknown {
  return (results, answers) => {
    const found = action.input.parse(inputFrom(results));
    if (answers === undefined || action.effect !== 'change' || action.adjust === undefined) return found;
    const adjusted = action.adjust.apply(found, answers);
    if ('wrong' in adjusted) throw new OpsError('adjustment-refused', adjusted.wrong);
    return adjusted.input;
  };
}

/** The title that people see, whatever kind of step it is. */
export function titleOf(step: Step): string {
  return step.kind === 'action' ? step.action.title : step.manual.title;
}
