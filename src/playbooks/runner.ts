import type { Playbook, Results, Role, Step } from './define.ts';
import type { Proposal, ProposalWords } from './outcome.ts';
import type { RunKeys } from './run-keys.ts';

/** What has become of one step; everything else about it can be computed. */
export type StepState =
  | { readonly status: 'waiting'; readonly attempt: number }
  | { readonly status: 'working'; readonly attempt: number; readonly note: string; readonly since: number }
  | {
      readonly status: 'proposed';
      readonly attempt: number;
      readonly proposal: Proposal;
      readonly hash: string;
      readonly role: Role;
      readonly needs: number;
      readonly approvals: readonly Approval[];
      readonly since: number;
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
      /** Those of the proposal that failed. */
      readonly words?: ProposalWords;
    };

export interface Approval {
  readonly by: string;
  readonly at: number;
}

/** The kinds of work a job on the queue does for a step. */
export type Phase = 'look' | 'preview' | 'change';

export interface Run extends RunKeys {
  readonly states: { readonly [step: string]: StepState };
  readonly results: Results;
}

/** What is to be done now: by a job, by a person, by nobody. */
export type Next =
  | { readonly kind: 'run'; readonly step: Step; readonly phase: Phase; readonly attempt: number }
  | { readonly kind: 'skip'; readonly step: Step; readonly reason: string }
  | { readonly kind: 'ask'; readonly step: Step }
  | { readonly kind: 'stopped'; readonly step?: Step }
  | { readonly kind: 'finished' };

/** The step machine. Pure: the same playbook and run always give the same answer. */
export function next(playbook: Playbook, run: Run): Next {
  const steps = playbook.stepsIn(run);
  if (steps === undefined) return { kind: 'stopped' };
  for (const step of steps) {
    const state = run.states[step.key] ?? { status: 'waiting', attempt: 1 };
    if (state.status === 'done' || state.status === 'skipped') continue;
    return nextOf(step, state, run.results);
  }
  return { kind: 'finished' };
}

function nextOf(
  step: Step,
  state: Exclude<StepState, { status: 'done' | 'skipped' }>,
  results: Results,
): Next {
  if (state.status === 'failed') return { kind: 'stopped', step };
  if (state.status === 'changing') return { kind: 'run', step, phase: 'change', attempt: state.attempt };
  if (state.status === 'proposed') {
    const approved = state.approvals.length >= state.needs;
    return approved ? { kind: 'run', step, phase: 'change', attempt: state.attempt } : { kind: 'ask', step };
  }
  const when = step.when?.(results) ?? true;
  if (when !== true) return { kind: 'skip', step, reason: when.skip };
  if (step.kind === 'manual') return { kind: 'ask', step };
  const phase = step.action.effect === 'read' ? 'look' : 'preview';
  return { kind: 'run', step, phase, attempt: state.attempt };
}
