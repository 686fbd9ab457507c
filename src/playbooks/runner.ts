import type { ChangeClass } from '../ports/form-fields.ts';
import type { Proposal } from '../ports/step-output.ts';
import { missingApprovals } from './approved.ts';
import type { RunKeys } from './define/run-keys.ts';
import type { Playbook, Results, Role, Step } from './define.ts';

/** A request that waits for approval, or that is being carried out. */
interface Requested {
  readonly attempt: number;
  readonly proposal: Proposal;
  readonly hash: string;
  readonly role: Role;
  readonly needs: number;
  readonly approvals: readonly Approval[];
  readonly since: number;
  readonly policyClass?: ChangeClass | undefined;
  /** People who asked for it or chose its values do not count as approvers. */
  readonly others?: true | undefined;
  readonly glass?: GlassUsed | undefined;
}

/** A person broke the glass, so that their approval suffices. */
export interface GlassUsed {
  readonly by: string;
  readonly at: number;
  /** The approvals that the policy needs. */
  readonly insteadOf: number;
}

/** The request that the attempt proposed, if it got that far. */
export type Kept = Partial<Pick<Requested, 'hash' | 'proposal' | 'approvals'>>;

/** The stored state of one step; everything else about it is computed. */
export type StepState =
  | { readonly status: 'waiting'; readonly attempt: number; readonly renewed?: string }
  | {
      readonly status: 'working';
      readonly attempt: number;
      readonly note: string;
      readonly since: number;
      readonly renewed?: string;
    }
  | (Requested & {
      readonly status: 'proposed';
      /** Why Relight discarded the previous request. */
      readonly renewed?: string;
      readonly lapsed?: string;
      /** People whose approvals lapsed, if known, and who have not approved again. */
      readonly lapsedOf?: readonly string[];
      /** The approvers were called again. */
      readonly reminded?: true;
    })
  | (Requested & {
      readonly status: 'changing';
      readonly note?: string;
      /** A call that changes something may have reached AWS. */
      readonly sent?: true;
      /** Files may have been written, where nothing uses them yet. */
      readonly wrote?: true;
      /** Calls that may have been sent and must not be sent twice, by operation. */
      readonly calls?: { readonly [operation: string]: { readonly seen: string; readonly at: number } };
      /** The person who asked to cancel it. */
      readonly canceling?: string;
    })
  | (Kept & {
      readonly status: 'done';
      readonly attempt: number;
      readonly result: unknown;
      readonly at: number;
      readonly by?: string;
    })
  | {
      readonly status: 'skipped';
      readonly reason: string;
      readonly at: number;
      /** The person who skipped it. */
      readonly by?: string;
      /** The last attempt before that, so that its number is never used again. */
      readonly last?: number;
    }
  | (Kept & {
      readonly status: 'declined';
      readonly attempt: number;
      readonly by: string;
      readonly reason: string;
      readonly at: number;
    })
  | (Kept & {
      readonly status: 'canceled';
      readonly attempt: number;
      readonly by: string;
      readonly says: string;
      readonly sent: boolean;
      /** The training job that it launched and that still runs, as far as Relight knows. */
      readonly running?: string;
      readonly result?: unknown;
      readonly at: number;
    })
  | (Kept & {
      readonly status: 'failed';
      readonly attempt: number;
      readonly code: string;
      readonly says: string;
      readonly next: string;
      readonly at: number;
      /** The step found no checkpoint, but `s3.backup` of relight.yaml is set. */
      readonly backup?: true;
    });

export interface Approval {
  readonly by: string;
  readonly at: number;
}

/** The kind of work that a queue job does for a step. */
export type Phase = 'look' | 'preview' | 'change';

/**
 * How the incident ended, if known. `recovered`: training is running again. `elsewhere`: a person said how it ended, or a
 * job that Relight did not launch took over, so the remaining steps of the playbook are skipped.
 */
export type End = 'open' | 'recovered' | 'elsewhere';

export interface Run extends RunKeys {
  readonly states: { readonly [step: string]: StepState };
  readonly results: Results;
  readonly end: End;
}

/** What happens next: a queue job runs, a person is asked, or nothing. */
export type Next =
  | { readonly kind: 'run'; readonly step: Step; readonly phase: Phase; readonly attempt: number }
  | { readonly kind: 'skip'; readonly step: Step; readonly reason: string }
  | { readonly kind: 'ask'; readonly step: Step }
  | { readonly kind: 'stopped'; readonly step?: Step }
  /** The playbook is out of steps and training is not running: a person decides how to continue. */
  | { readonly kind: 'unresolved'; readonly step?: Step }
  | { readonly kind: 'finished' };

/** The step machine. Pure: the same playbook and run always return the same result. */
export function next(playbook: Playbook, run: Run): Next {
  const steps = playbook.stepsIn(run);
  if (steps === undefined) return { kind: 'stopped' };
  for (const step of steps) {
    const state = run.states[step.key] ?? { status: 'waiting', attempt: 1 };
    if (state.status === 'done' || state.status === 'skipped') continue;
    return nextOf(step, state, run);
  }
  return { kind: run.end === 'open' ? 'unresolved' : 'finished' };
}

function nextOf(step: Step, state: Open, { results, end }: Run): Next {
  const isLeft = end !== 'elsewhere' || isAfterEnd(step) || state.status === 'changing';
  if (!isLeft) return { kind: 'skip', step, reason: 'the outcome is already known' };
  switch (state.status) {
    case 'failed':
    case 'declined':
    case 'canceled':
      return { kind: 'stopped', step };
    case 'changing':
      return { kind: 'run', step, phase: 'change', attempt: state.attempt };
    case 'proposed':
      return missingApprovals(state) === 0
        ? { kind: 'run', step, phase: 'change', attempt: state.attempt }
        : { kind: 'ask', step };
    default:
      return begin(step, state.attempt, results, end);
  }
}

type Open = Exclude<StepState, { status: 'done' | 'skipped' }>;

function begin(step: Step, attempt: number, results: Results, end: End): Next {
  // Skipped steps have no results, so the conditions of the last steps could not read them.
  const when = end === 'elsewhere' ? true : (step.when?.(results) ?? true);
  if (when !== true) return { kind: 'skip', step, reason: when.skip };
  if (end === 'open' && isAfterEnd(step)) return { kind: 'unresolved', step };
  if (step.kind === 'manual') return { kind: 'ask', step };
  return { kind: 'run', step, phase: step.action.effect === 'change' ? 'preview' : 'look', attempt };
}

function isAfterEnd(step: Step): boolean {
  return (step.kind === 'manual' ? step.manual.afterEnd : step.action.afterEnd) === true;
}
