import { OpsError } from '../../errors.ts';
import { lapsedAmong, lapseInWords } from '../../incidents/model/approvals.ts';
import { stateOf } from '../../incidents/model/incident.ts';
import type { StepState } from '../../playbooks/runner.ts';
import { proposalHash } from '../../ports/step-output.ts';
import type { RunDeps, StepRun } from './step-run.ts';

export type Approved = Extract<StepState, { status: 'proposed' | 'changing' }>;

/**
 * Throws `approval-lapsed` when any of the approvals is too old (a run that started in time may finish its work), an
 * approver lost the role, or the request is not the approved one.
 */
export async function requireHolding(deps: RunDeps, run: StepRun, state: Approved): Promise<void> {
  if (state.approvals.length < state.needs)
    throw new OpsError(
      'approval-lapsed',
      `it takes ${state.needs} approvals and has ${state.approvals.length}`,
    );
  const lapsed = lapsedAmong(state.approvals, run.startedAt);
  if (lapsed.length > 0) throw new OpsError('approval-lapsed', lapseInWords(lapsed, run.startedAt));
  requireApproved(state);
  const why = await deps.reauthorize(run.incident, state.role, state.approvals);
  if (why !== undefined) throw new OpsError('approval-lapsed', why);
}

/** Throws `approval-lapsed` if the request is not the approved one. */
export function requireApproved({ proposal, hash }: Approved): void {
  if (proposalHash(proposal) !== hash)
    throw new OpsError('approval-lapsed', 'the request is no longer the one that was approved');
}

/** Last check before the effect: a worker that was paused must not act for a step that has moved on. */
export async function requireStillOurs(deps: RunDeps, run: StepRun, { hash }: Approved): Promise<void> {
  const present = await deps.store.load(run.incident.id);
  const state = stateOf(present, run.job.step);
  const ours =
    state.status === 'changing' &&
    state.attempt === run.job.attempt &&
    state.hash === hash &&
    present.closed === undefined;
  if (!ours || run.signal.aborted)
    throw new OpsError('illegal-move', `${run.job.step} was taken over by another worker`);
}
