import { OpsError } from '../../errors.ts';
import { lapsedAmong, lapseInWords } from '../../incidents/model/approvals.ts';
import { type Incident, stateOf } from '../../incidents/model/incident.ts';
import type { StepState } from '../../playbooks/runner.ts';
import { proposalHash } from '../../ports/step-output.ts';
import { cancelingIn, requireNotCanceling } from './cancel-change.ts';
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

/** A worker that was paused must not act for a step that has moved on, or that a person has canceled. */
export async function requireStillOurs(deps: RunDeps, run: StepRun, { hash }: Approved): Promise<void> {
  const present = await deps.store.load(run.incident.id);
  if (!isOurs(present, run, hash)) throw movedOn(run);
  requireNotCanceling(present, run);
}

/**
 * The last check before the effect. Records in the same step that AWS may have the request from now on: a cancellation
 * comes either before that, and nothing is sent, or after it, and people are told what exists.
 */
export async function claimSending(deps: RunDeps, run: StepRun, { hash }: Approved): Promise<void> {
  const { step, attempt } = run.job;
  const { answer: present } = await deps.store.transact(run.incident.id, (incident) => {
    const state = stateOf(incident, step);
    const first =
      isOurs(incident, run, hash) &&
      cancelingIn(incident, run) === undefined &&
      state.status === 'changing' &&
      state.sent !== true;
    return { events: first ? [{ type: 'step-sent', step, attempt }] : [], answer: incident };
  });
  if (!isOurs(present, run, hash)) throw movedOn(run);
  requireNotCanceling(present, run);
}

function isOurs(present: Incident, { job, signal }: StepRun, hash: string): boolean {
  const state = stateOf(present, job.step);
  const ours = state.status === 'changing' && state.attempt === job.attempt && state.hash === hash;
  return ours && present.closed === undefined && !signal.aborted;
}

function movedOn({ job }: StepRun): OpsError {
  return new OpsError('illegal-move', `${job.step} was taken over by another worker`);
}
