import type { Proposal } from '../ports/step-output.ts';
import type { RunKeys } from './define/steps.ts';
import type { Playbook, Results, Role, Step } from './define.ts';

/** What has become of one step; everything else about it can be computed. */
export type StepState =
  | { readonly status: 'waiting'; readonly attempt: number; readonly renewed?: string }
  | {
      readonly status: 'working';
      readonly attempt: number;
      readonly note: string;
      readonly since: number;
      readonly renewed?: string;
    }
  | {
      readonly status: 'proposed';
      readonly attempt: number;
      readonly proposal: Proposal;
      readonly hash: string;
      readonly role: Role;
      readonly needs: number;
      readonly approvals: readonly Approval[];
      readonly since: number;
      /** Why the request before this one was given up by itself. */
      readonly renewed?: string;
      readonly lapsed?: string;
      /** Whose approvals lapsed, where that is known, and who has not approved again since. */
      readonly lapsedOf?: readonly string[];
    }
  | {
      readonly status: 'changing';
      readonly attempt: number;
      readonly proposal: Proposal;
      readonly hash: string;
      readonly role: Role;
      readonly needs: number;
      readonly approvals: readonly Approval[];
      readonly since: number;
      readonly note?: string;
    }
  | {
      readonly status: 'done';
      readonly attempt: number;
      readonly result: unknown;
      readonly at: number;
      readonly by?: string;
      readonly hash?: string;
      readonly proposal?: Proposal;
      readonly approvals?: readonly Approval[];
    }
  | { readonly status: 'skipped'; readonly reason: string; readonly at: number }
  | {
      readonly status: 'failed';
      readonly attempt: number;
      readonly code: string;
      readonly says: string;
      readonly next: string;
      readonly at: number;
      /** The step found no checkpoint, but `s3.backup` of relight.yaml is set. */
      readonly backup?: true;
      /** The request that this try had laid before people, where it came that far. */
      readonly hash?: string;
      readonly proposal?: Proposal;
      readonly approvals?: readonly Approval[];
    };

export interface Approval {
  readonly by: string;
  readonly at: number;
}

/** The kinds of work a job on the queue does for a step. */
export type Phase = 'look' | 'preview' | 'change';

/**
 * Whether it is known how the incident ended. `recovered`: training is back; `elsewhere`: a person said how it ended, or
 * a job that Relight did not launch took over, so that what the playbook was about to do is not done any more.
 */
export type End = 'open' | 'recovered' | 'elsewhere';

export interface Run extends RunKeys {
  readonly states: { readonly [step: string]: StepState };
  readonly results: Results;
  readonly end: End;
}

/** What is to be done now: by a job, by a person, by nobody. */
export type Next =
  | { readonly kind: 'run'; readonly step: Step; readonly phase: Phase; readonly attempt: number }
  | { readonly kind: 'skip'; readonly step: Step; readonly reason: string }
  | { readonly kind: 'ask'; readonly step: Step }
  | { readonly kind: 'stopped'; readonly step?: Step }
  /** The playbook has done what it could, and training is not back: a person says how it goes on. */
  | { readonly kind: 'unresolved'; readonly step?: Step }
  | { readonly kind: 'finished' };

/** The step machine. Pure: the same playbook and run always give the same answer. */
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
  if (!isLeft) return { kind: 'skip', step, reason: 'how it ended is known' };
  switch (state.status) {
    case 'failed':
      return { kind: 'stopped', step };
    case 'changing':
      return { kind: 'run', step, phase: 'change', attempt: state.attempt };
    case 'proposed':
      return state.approvals.length >= state.needs
        ? { kind: 'run', step, phase: 'change', attempt: state.attempt }
        : { kind: 'ask', step };
    default:
      return begin(step, state.attempt, results, end);
  }
}

type Open = Exclude<StepState, { status: 'done' | 'skipped' }>;

function begin(step: Step, attempt: number, results: Results, end: End): Next {
  // What was left out because the end is known has no result that the last steps could read.
  const when = end === 'elsewhere' ? true : (step.when?.(results) ?? true);
  if (when !== true) return { kind: 'skip', step, reason: when.skip };
  if (end === 'open' && isAfterEnd(step)) return { kind: 'unresolved', step };
  if (step.kind === 'manual') return { kind: 'ask', step };
  return { kind: 'run', step, phase: step.action.effect === 'change' ? 'preview' : 'look', attempt };
}

function isAfterEnd(step: Step): boolean {
  return (step.kind === 'manual' ? step.manual.afterEnd : step.action.afterEnd) === true;
}
