import { OpsError } from '../../errors.ts';
import { lapsedAmong, lapseInWords } from '../../incidents/model/approvals.ts';
import { type Incident, stateOf } from '../../incidents/model/incident.ts';
import { isByAutopilot, missingApprovals } from '../../playbooks/approved.ts';
import { classByRole, policyOfAction } from '../../playbooks/define/action.ts';
import { ChangeClass } from '../../ports/form-fields.ts';
import { proposalHash } from '../../ports/step-output.ts';
import { cancelingIn, requireNotCanceling } from './cancel-change.ts';
import type { Approved, RunDeps, StepRun } from './step-run.ts';

/**
 * Throws `approval-lapsed` when any of the approvals is too old (a run that started in time may finish its work), an
 * approver lost the role, or the request is not the approved one.
 */
export async function requireHolding(deps: RunDeps, run: StepRun, state: Approved): Promise<void> {
  if (missingApprovals(state) > 0)
    throw new OpsError(
      'approval-lapsed',
      `it takes ${state.needs} approvals and has ${state.approvals.length}`,
    );
  const lapsed = lapsedAmong(state.approvals, run.startedAt);
  if (lapsed.length > 0) throw new OpsError('approval-lapsed', lapseInWords(lapsed, run.startedAt));
  requireApproved(state);
  await deps.requireSigned(run.incident.id);
  await deps.requireArchived(run.incident.id, state.status === 'changing');
  const why = state.approvals.some(isByAutopilot)
    ? deps.whyNotAutopilot(run.incident, run.job.step)
    : await whyNotByPeople(deps, run, state);
  if (why !== undefined) throw new OpsError('approval-lapsed', why);
}

async function whyNotByPeople(deps: RunDeps, run: StepRun, state: Approved): Promise<string | undefined> {
  requireGlass(run, state);
  const { role, approvals, glass, others = false } = state;
  const policyClass = strictestClass(run, state);
  const { step } = run.job;
  return deps.reauthorize(run.incident, { step, role, policyClass, others, approvals, glass });
}

/** A request that an earlier version proposed may say less than the action says now. */
function strictestClass({ step: { action } }: StepRun, state: Approved): ChangeClass {
  const order = ChangeClass.options;
  const proposed = state.policyClass ?? classByRole(state.role);
  if (action.effect !== 'change') return proposed;
  const { policyClass } = policyOfAction(action);
  return order.indexOf(policyClass) > order.indexOf(proposed) ? policyClass : proposed;
}

/** Throws `approval-lapsed` if the glass was broken too long ago, or was used for another change. */
function requireGlass({ incident, job, startedAt }: StepRun, { glass: used }: Approved): void {
  if (used === undefined) return;
  const { glass } = incident;
  const holds =
    glass !== undefined &&
    glass.at === used.at &&
    startedAt <= glass.until &&
    (glass.usedFor === undefined || glass.usedFor === job.step);
  if (!holds) throw new OpsError('approval-lapsed', 'the break-glass was used already, or its time is over');
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
