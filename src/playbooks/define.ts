import { z } from 'zod';
import type { Again, Proposal, Report } from './outcome.ts';
import type { Mark, Ports, Token, S3Uri as Uri } from './ports.ts';

/** The whole API for authors of actions and playbooks. */

/** Why training failed. A playbook names the kinds it handles. */
export const FailureKind = z.enum([
  'spot_interruption',
  'capacity',
  'oom_gpu',
  'oom_host',
  'disk_full',
  'data',
  'permission',
  'network',
  'internal',
  'time_limit',
  'quota',
  'throttle',
  'user_stopped',
  'bad_checkpoint',
  'code_error',
  'hang_or_nccl',
  'hardware',
  'dependency_install',
  'image',
  'unknown',
]);
export type FailureKind = z.infer<typeof FailureKind>;

/** Who may approve a change; each role may also do what the ones before it may. */
export const Role = z.enum(['responder', 'lead', 'production-approver']);
export type Role = z.infer<typeof Role>;

/** An S3 address of 1 to 1,024 characters behind the bucket, as CheckpointConfig.S3Uri takes it. */
export const S3Uri = z.custom<Uri>(
  (value) => typeof value === 'string' && /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/.{0,1024}$/s.test(value),
  'must look like s3://bucket/prefix/',
);

interface ActionBase<I, O> {
  /** verb-noun, the name of its file. */
  readonly name: string;
  /** The step's name on the card. */
  readonly title: string;
  /** What Relight will do, one sentence, read before it runs. */
  readonly does: string;
  readonly input: z.ZodType<I>;
  readonly output: z.ZodType<O>;
  /** How often a passing AWS or network error is tried again before the step counts as failed; default 8. */
  readonly retries?: number;
  readonly report: (output: NoInfer<O>) => Report;
}

/** Looks, and changes nothing: runs by itself as soon as its inputs exist. */
export interface ReadAction<I, O> extends ActionBase<I, O> {
  readonly effect: 'read';
  readonly run: (input: NoInfer<I>, ports: Ports) => Promise<NoInfer<O> | Again>;
}

/** Changes something in the account: waits for people, runs at most once per approved request. */
export interface ChangeAction<I, O> extends ActionBase<I, O> {
  readonly effect: 'change';
  /** The least role that may approve; the tier's policy may ask for more. */
  readonly approver: Role;
  /** The words on the button: an order, e.g. "Resume training". */
  readonly button: string;
  /** Reads what it needs and freezes the request; must give the same request whenever the facts are the same. */
  readonly preview: (input: NoInfer<I>, ports: Ports, mark: Mark) => Promise<Proposal>;
  /** Carries out exactly `proposal.request`; may run again after a crash, with the same token. */
  readonly run: (
    proposal: Proposal,
    input: NoInfer<I>,
    ports: Ports,
    token: Token,
  ) => Promise<NoInfer<O> | Again>;
}

export type Action<I, O> = ReadAction<I, O> | ChangeAction<I, O>;

/** Use for every action; the two shapes differ by `effect`. */
export function defineAction<I, O>(action: ReadAction<I, O>): ReadAction<I, O>;
export function defineAction<I, O>(action: ChangeAction<I, O>): ChangeAction<I, O>;
export function defineAction<I, O>(action: Action<I, O>): Action<I, O> {
  return action;
}

export interface Field<K extends string = string> {
  readonly key: K;
  readonly label: string;
  readonly kind: 'text' | 'paragraph' | 'choice' | 'date';
  readonly optional?: boolean;
  readonly hint?: string;
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
}

/** What every step may read of the incident. */
export interface IncidentFacts {
  readonly id: string;
  readonly job: string;
  readonly tier: string;
  /** When it broke, as the alarm tells it. */
  readonly failedAt: number;
  readonly rpoMinutes: number;
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
      readonly inputFrom: (results: Results) => unknown;
    }
  | { readonly kind: 'manual'; readonly manual: ManualStep }
);

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
  manual<K extends string, F extends string>(
    key: Fresh<K, R>,
    manual: ManualStep<F>,
  ): Steps<R & { readonly [P in K]: { readonly [A in F]: string } }>;
}

function grow(list: readonly Step[]): Steps<Start> {
  const add = (step: unknown): Steps<Start> =>
    // The builder's types were checked where the author wrote the step; the list holds every step in one erased form.
    grow([...list, step as Step]);
  const steps = {
    list,
    action: (key: string, action: unknown, inputFrom: unknown) =>
      add({ kind: 'action', key, action, inputFrom }),
    actionWhen: (key: string, action: unknown, inputFrom: unknown, when: unknown) =>
      add({ kind: 'action', key, action, inputFrom, when }),
    manual: (key: string, manual: unknown) => add({ kind: 'manual', key, manual }),
  };
  // Each method returns a builder whose type has grown by one key; a plain object cannot say that by itself.
  return steps as unknown as Steps<Start>;
}

export interface Playbook {
  readonly title: string;
  /** When to use it, one sentence. */
  readonly summary: string;
  readonly handles: readonly [FailureKind, ...FailureKind[]];
  readonly steps: readonly Step[];
  /** The sentence that says how training was recovered, once it was; asked after every step. */
  readonly recovered: (results: Results) => string | undefined;
}

/** A file in `catalog/` exports one as `playbook`; the file's name is its id. */
export function definePlaybook<R extends Start>(playbook: {
  readonly title: string;
  readonly summary: string;
  readonly handles: readonly [FailureKind, ...FailureKind[]];
  readonly steps: (first: Steps<Start>) => Steps<R>;
  readonly recovered: (results: Start & Partial<NoInfer<R>>) => string | undefined;
}): Playbook {
  const { steps, recovered, ...rest } = playbook;
  // `recovered` reads results by the names that `steps` gave them; the erased form has the same names.
  return { ...rest, steps: steps(grow([])).list, recovered: recovered as Playbook['recovered'] };
}
