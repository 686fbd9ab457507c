import type { z } from 'zod';
import type { AwsCall, TryFacts } from '../../ports/calls.ts';
import type { Adjust, ChangeClass, Role } from '../../ports/form-fields.ts';
import type { AttemptKey, Token } from '../../ports/ports.ts';
import type { Again, Proposal, Report } from '../../ports/step-output.ts';
import type { ChangePorts, ReadPorts } from './action-ports.ts';
import type { JsonOutput } from './json-output.ts';

interface ActionBase<I, O> {
  /** A verb and a noun, and the name of its file: the catalog refuses any other name. */
  readonly name: string;
  /** The step's name on the card. */
  readonly title: string;
  /** Says in one sentence what Relight will do; people read it before the step runs. */
  readonly does: string;
  readonly input: z.ZodType<I>;
  readonly output: z.ZodType<O>;
  /** How often a temporary AWS or network error is retried before the step fails; default 8. */
  readonly retries?: number;
  /** The step waits until it is known how the incident ended. */
  readonly afterEnd?: true;
  readonly report: (output: NoInfer<O>) => Report;
}

/** Reads and changes nothing: runs automatically as soon as its inputs exist. */
export interface ReadAction<I, O> extends ActionBase<I, O> {
  readonly effect: 'read';
  /**
   * Set if a request relies on its judgment of a checkpoint, data or a model. It runs again automatically if that has
   * changed before the request was sent.
   */
  readonly judges?: true;
  readonly run: (input: NoInfer<I>, ports: ReadPorts) => Promise<NoInfer<O> | Again>;
}

/** Changes something in the account, or what Relight does in other incidents: waits for approval, and takes effect at most once per approved request. */
export interface ChangeAction<I, O> extends ActionBase<I, O> {
  readonly effect: 'change';
  /** The minimum role that may approve; the tier's policy may require more. */
  readonly approver: Role;
  /** Default: `production` if only a production approver may approve it, otherwise `spend`. */
  readonly policyClass?: ChangeClass;
  /** The button label, an imperative such as "Resume training". */
  readonly button: string;
  /** Set if a person may choose other values than those Relight proposes. */
  readonly adjust?: Adjust<NoInfer<I>>;
  /**
   * What an earlier attempt of the step has made, although its step failed: the step is then done with that, and nothing is
   * proposed. Return `Again` while it cannot be told yet, and undefined if there is nothing.
   */
  readonly madeEarlier?: (
    input: NoInfer<I>,
    ports: ReadPorts,
    mark: AttemptKey,
  ) => Promise<NoInfer<O> | Again | undefined>;
  /** Reads what it needs and freezes the request; the same facts must produce the same request. */
  readonly preview: (input: NoInfer<I>, ports: ReadPorts, mark: AttemptKey) => Promise<Proposal>;
  /**
   * The AWS calls that `run` makes for this request, in order: people read them before they approve. Build the inputs
   * with the functions that the adapter uses. Without `sends`, people read the request itself.
   */
  readonly sends?: (proposal: Pick<Proposal, 'request' | 'reliesOn'>, facts: TryFacts) => readonly AwsCall[];
  /** Carries out exactly `proposal.request`; may run again after a crash, with the same token. */
  readonly run: (
    proposal: Proposal,
    input: NoInfer<I>,
    ports: ChangePorts,
    token: Token,
  ) => Promise<NoInfer<O> | Again>;
}

/** An action of any effect. */
export type Action<I, O> = ReadAction<I, O> | ChangeAction<I, O>;

/** What the approval policy asks of a change: its class, and the minimum role. */
export function policyOfAction({
  policyClass,
  approver,
}: Pick<ChangeAction<unknown, unknown>, 'policyClass' | 'approver'>): {
  readonly policyClass: ChangeClass;
  readonly role: Role;
} {
  return { policyClass: policyClass ?? classByRole(approver), role: approver };
}

/** The class of a change that names none, such as one in an older journal. */
export function classByRole(role: Role): ChangeClass {
  return role === 'production-approver' ? 'production' : 'spend';
}

/**
 * Defines an action: `read` looks, `change` changes something that outlives the incident.
 *
 * @example
 * export const findJob = defineAction({
 *   name: 'find-job', // the file is actions/find-job.ts
 *   effect: 'read',
 *   title: 'Job',
 *   does: 'Reads the status of the training job.',
 *   input: z.object({ job: z.string() }),
 *   output: z.object({ status: z.string() }), // stored, so only what JSON can hold
 *   report: ({ status }) => ({ headline: `The job is ${status}` }),
 *   run: async ({ job }, { training }) => ({ status: (await training.describe(job)).status }),
 * });
 */
export function defineAction<I, O>(action: ReadAction<I, O> & JsonOutput<O>): ReadAction<I, O>;
export function defineAction<I, O>(action: ChangeAction<I, O> & JsonOutput<O>): ChangeAction<I, O>;
export function defineAction<I, O>(action: Action<I, O>): Action<I, O> {
  return action;
}
