import { OpsError } from '../../../errors.ts';
import { lapsedAmong, lapseInWords } from '../../../incidents/model/approvals.ts';
import { type Incident, stateOf } from '../../../incidents/model/incident.ts';
import type { SentCall } from '../../../incidents/model/step-events.ts';
import { isByAutopilot, missingApprovals } from '../../../playbooks/approved.ts';
import { classByRole, policyOfAction } from '../../../playbooks/define/action.ts';
import type { StepState } from '../../../playbooks/runner.ts';
import { ChangeClass } from '../../../ports/form-fields.ts';
import { proposalHash } from '../../../ports/step-output.ts';
import { cancelingIn, requireNotCanceling } from '../cancel-change.ts';
import type { Approved, RunDeps, StepRun } from '../step-run.ts';

/**
 * Judged once, when the change begins: throws `approval-lapsed` when any of the approvals or the broken glass is too old,
 * or when `requireApprovers` does. A change that has begun may finish, however long it waits between its calls and
 * whatever the clock of the next worker says.
 */
export async function requireHolding(deps: RunDeps, run: StepRun, state: Approved): Promise<void> {
  const lapsed = lapsedAmong(state.approvals, run.startedAt);
  if (lapsed.length > 0) throw new OpsError('approval-lapsed', lapseInWords(lapsed, run.startedAt));
  if (!state.approvals.some(isByAutopilot)) requireGlass(run, state);
  await requireApprovers(deps, run, state);
}

/** Throws `approval-lapsed` when an approver lost the role, or `requireApprovals` does. */
async function requireApprovers(deps: RunDeps, run: StepRun, state: Approved): Promise<void> {
  await requireApprovals(deps, run, state);
  await deps.requireArchived(run.incident.id, state.status === 'changing');
  const why = state.approvals.some(isByAutopilot)
    ? deps.whyNotAutopilot(run.incident, run.job.step)
    : await whyNotByPeople(deps, run, state);
  if (why !== undefined) throw new OpsError('approval-lapsed', why);
}

/** Throws if an approval is missing or not signed, or if the request is not the approved one. */
async function requireApprovals(deps: RunDeps, run: StepRun, state: Approved): Promise<void> {
  if (missingApprovals(state) > 0)
    throw new OpsError(
      'approval-lapsed',
      `it takes ${state.needs} approvals and has ${state.approvals.length}`,
    );
  requireApproved(state);
  await deps.requireSigned(run.incident.id);
}

async function whyNotByPeople(deps: RunDeps, run: StepRun, state: Approved): Promise<string | undefined> {
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

/**
 * Before each call that changes something: the step is still this run's, nobody has canceled it, and until the first call
 * its approvers may still approve. An approver who loses the role after the first call does not stop the rest: the change
 * was authorized when it began, and half of it is worse than all of it. A halt and a cancellation stop it at any call.
 */
export async function requireMayGoOn(deps: RunDeps, run: StepRun, state: Approved): Promise<void> {
  const present = await deps.store.load(run.incident.id);
  if (!isOurs(present, run, state.hash)) throw movedOn(run);
  requireNotCanceling(present, run);
  const now = stateOf(present, run.job.step);
  if (now.status === 'changing' && now.sent === true) await requireApprovals(deps, run, state);
  else await requireApprovers(deps, run, state);
}

/** What the journal notes before something is sent; `replaces`: the time of an earlier mark, whose call was never sent. */
export interface SendMark {
  readonly writes?: true;
  readonly call?: SentCall;
  readonly replaces?: number | undefined;
}

/**
 * The last check before the effect. Records in the same step that AWS may have the request from now on: a cancellation
 * comes either before that, and nothing is sent, or after it, and people are told what exists. Returns false if another
 * run has marked the same call.
 */
export async function claimSending(
  deps: RunDeps,
  run: StepRun,
  { hash }: Approved,
  { replaces, ...mark }: SendMark = {},
): Promise<boolean> {
  const { step, attempt } = run.job;
  const { answer } = await deps.store.transact(run.incident.id, (incident) => {
    const state = stateOf(incident, step);
    const mayGo = isOurs(incident, run, hash) && cancelingIn(incident, run) === undefined;
    const free = markedAt(state, mark) === replaces;
    const news = mayGo && free && isNews(state, mark);
    const event = { type: 'step-sent', step, attempt, ...mark } as const;
    return { events: news ? [event] : [], answer: { present: incident, free } };
  });
  if (!isOurs(answer.present, run, hash)) throw movedOn(run);
  requireNotCanceling(answer.present, run);
  return answer.free;
}

function markedAt(state: StepState, { call }: SendMark): number | undefined {
  return call && state.status === 'changing' ? state.calls?.[call.operation]?.at : undefined;
}

function isNews(state: StepState, { writes, call }: SendMark): boolean {
  if (state.status !== 'changing') return false;
  if (call !== undefined) return true;
  return state.sent !== true && !(writes === true && state.wrote === true);
}

function isOurs(present: Incident, { job, signal }: StepRun, hash: string): boolean {
  const state = stateOf(present, job.step);
  const ours = state.status === 'changing' && state.attempt === job.attempt && state.hash === hash;
  return ours && present.closed === undefined && !signal.aborted;
}

export function movedOn({ job }: StepRun): OpsError {
  return new OpsError('illegal-move', `${job.step} was taken over by another worker`);
}
