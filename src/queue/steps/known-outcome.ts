import { asOpsError, OpsError, type OpsErrorCode } from '../../errors.ts';
import { type Incident, stateOf } from '../../incidents/model/incident.ts';
import type { ActionPorts } from '../../playbooks/define/action-ports.ts';
import type { StepState } from '../../playbooks/runner.ts';
import { attemptKeyOf } from '../../ports/calls.ts';
import type { Proposal } from '../../ports/step-output.ts';
import { leftInAws } from './left-in-aws.ts';
import type { RunDeps, StepRun } from './step-run.ts';

/** Errors of an action that has looked at what its request made, and says so. */
const foundInAws: ReadonlySet<OpsErrorCode> = new Set([
  'execution-failed',
  'execution-foreign',
  'job-failed-again',
  'job-foreign',
  'not-resumed',
  'promotion-rolled-back',
]);

/**
 * A change that may have reached AWS ends only when its outcome is known: AWS refused the call that makes it, the action
 * found what became of it, or AWS shows nothing of it. Returns `outcome-unknown` if the error is none of these, whatever
 * its code: a lookup that is denied says nothing about a job that may be running.
 */
export async function outcomeUnknown(
  deps: RunDeps,
  run: StepRun,
  error: OpsError,
): Promise<OpsError | undefined> {
  if (error.refused || foundInAws.has(error.code)) return undefined;
  const state = mayBeMade(await deps.store.load(run.incident.id), run);
  if (state === undefined) return undefined;
  if (isOfAws(error)) return unknown(error);
  if (error.retry) return undefined;
  try {
    return (await isMade(deps, run, state.proposal)) ? unknown(error) : undefined;
  } catch (thrown) {
    return unknown(asOpsError(thrown));
  }
}

/** The state of a change that AWS may have; undefined if nothing was sent, or a person wants it canceled. */
function mayBeMade(
  incident: Incident,
  { job }: StepRun,
): Extract<StepState, { status: 'changing' }> | undefined {
  const state = stateOf(incident, job.step);
  if (state.status !== 'changing' || state.attempt !== job.attempt) return undefined;
  // A canceled change ends with what exists, which is looked up then.
  const counts = (state.sent === true || state.wrote === true) && state.canceling === undefined;
  return counts ? state : undefined;
}

/** What people read while the outcome is unknown. It is the same for each look, so that the journal holds it once. */
export function unknownInWords({ message, next }: OpsError): string {
  return `${message}. ${next}`;
}

function isOfAws({ code }: OpsError): boolean {
  return code.startsWith('aws-') || code === 'unexpected' || code === 'outcome-unknown';
}

function unknown(error: OpsError): OpsError {
  if (error.code === 'outcome-unknown') return error;
  return new OpsError('outcome-unknown', error.message, { cause: error });
}

/** Whether AWS shows the object or the state that the request asks for. Throws if AWS does not tell. */
async function isMade(
  { portsFor }: Pick<RunDeps, 'portsFor'>,
  run: StepRun,
  proposal: Proposal,
): Promise<boolean> {
  const ports = portsFor(attemptKeyOf(run.job));
  const left = await leftInAws(proposal.request, ports);
  if (left === undefined) return isServedOrMarked(proposal, ports);
  return onlyStops(run, proposal) ? left.running === undefined : left.exists;
}

async function isServedOrMarked(
  { request }: Proposal,
  { models }: Pick<ActionPorts, 'models'>,
): Promise<boolean> {
  const { endpoint, config, ModelPackageArn: arn, ModelApprovalStatus: wanted } = request;
  if (typeof endpoint === 'string') {
    const served = await models.served(endpoint);
    return served.config === config || served.pendingConfig === config;
  }
  if (typeof arn !== 'string') return false;
  const { approval, note } = await models.registration(arn);
  return approval === wanted && note === request['ApprovalDescription'];
}

function onlyStops({ step: { action }, job }: StepRun, proposal: Proposal): boolean {
  const { id, incident } = attemptKeyOf(job);
  const sends = action.effect === 'change' ? action.sends : undefined;
  const calls = sends?.(proposal, { id, incident, hash: '', approvers: [] }) ?? [];
  return calls.length > 0 && calls.every(({ operation }) => operation.startsWith('Stop'));
}
