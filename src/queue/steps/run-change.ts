import { OpsError } from '../../errors.ts';
import { lapsedAmong, lapseInWords } from '../../incidents/model/approvals.ts';
import { stateOf } from '../../incidents/model/incident.ts';
import type { StepState } from '../../playbooks/runner.ts';
import { attemptKeyOf } from '../../ports/calls.ts';
import type { AttemptKey, JsonObject, Token } from '../../ports/ports.ts';
import { Again, proposalHash } from '../../ports/step-output.ts';
import { issueToken } from '../../ports/token.ts';
import { requireStillTrue } from '../../relaunch/frozen-basis.ts';
import { basisToCheck, requestToSend } from './fill-in.ts';
import { inputFor } from './run-read.ts';
import { progress, type RunDeps, record, type StepRun } from './step-run.ts';

type Approved = Extract<StepState, { status: 'proposed' | 'changing' }>;

/**
 * Executes an approved change at most once: it checks the approvals again, writes the intent to the vault first, and the
 * action detects the work of an earlier run of the same attempt before it does anything.
 */
export async function carryOut(deps: RunDeps, run: StepRun): Promise<number | undefined> {
  const { action } = run.step;
  const state = approvedState(stateOf(run.incident, run.job.step));
  if (action.effect !== 'change' || state === undefined) return undefined;
  const { step, attempt } = run.job;
  const attemptKey = attemptKeyOf(run.job);
  const ports = deps.portsFor(attemptKey);
  if (state.status === 'proposed') {
    await requireHolding(deps, run, state);
    const { request } = state.proposal;
    await requireStillTrue({ request, reliesOn: await basisToCheck(deps, run, state.proposal) }, ports);
    // Before anything has started: a missing secret requires a new attempt and leaves nothing behind.
    await requestToSend(deps, run, state.proposal);
    if (!(await record(deps, run, { type: 'step-begun', step, attempt, hash: state.hash }))) return undefined;
    await deps.advance(run.incident.id);
  }
  await writeIntent(deps, run, state, attemptKey);
  const request = await requestToSend(deps, run, state.proposal);
  const { TrainingJobName: launches } = state.proposal.request;
  if (typeof launches === 'string') await deps.launches.note(launches, run.incident.id);
  const input = await inputFor(deps, run);
  const reliesOn = [...(await basisToCheck(deps, run, state.proposal))];
  const token = tokenFor(deps, run, state, request);
  const outcome = await action.run({ ...state.proposal, request, reliesOn }, input, ports, token);
  if (outcome instanceof Again) {
    await record(deps, run, progress(run.job, outcome.note));
    return outcome.afterMs;
  }
  const result = deps.sealer.seal(action.output.parse(outcome), run.incident.id);
  await deps.vault?.writeResult(attemptKey.id, result);
  await record(deps, run, { type: 'step-done', step, attempt, result });
  return undefined;
}

function approvedState(state: StepState): Approved | undefined {
  return state.status === 'proposed' || state.status === 'changing' ? state : undefined;
}

/** An earlier version of Relight wrote intents with their secrets; an existing intent is used as it is. */
async function writeIntent(
  { vault, sealer }: RunDeps,
  { incident }: StepRun,
  state: Approved,
  attemptKey: AttemptKey,
): Promise<void> {
  const plain = intentOf(state, attemptKey);
  await vault?.writeIntent({ ...plain, request: sealer.seal(plain.request, incident.id) }, plain);
}

function intentOf(
  state: Approved,
  attemptKey: AttemptKey,
): Parameters<NonNullable<RunDeps['vault']>['writeIntent']>[0] {
  const { id, incident, step, attempt } = attemptKey;
  return {
    id,
    incident,
    step,
    attempt,
    hash: state.hash,
    request: state.proposal.request,
    ...(state.proposal.reliesOn !== undefined && { reliesOn: state.proposal.reliesOn }),
    approvers: state.approvals.map(({ by, at }) => ({ by, at })),
  };
}

/**
 * `toSend` is the approved request, in which `fillIn` has replaced each keyed hash by the secret that has this hash and
 * nothing else. The token holds a hash of it, which each adapter compares with what it is about to send.
 */
function tokenFor(deps: RunDeps, run: StepRun, state: Approved, toSend: JsonObject): Token {
  requireApproved(state);
  return issueToken(attemptKeyOf(run.job), {
    hash: state.hash,
    approvers: state.approvals.map((approval) => approval.by),
    request: toSend,
    confirm: async () => {
      await requireHolding(deps, run, state);
      await requireStillOurs(deps, run, state);
    },
  });
}

/**
 * Throws `approval-lapsed` when any of the approvals is too old (a run that started in time may finish its work), an
 * approver lost the role, or the request is not the approved one.
 */
async function requireHolding(deps: RunDeps, run: StepRun, state: Approved): Promise<void> {
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

function requireApproved({ proposal, hash }: Approved): void {
  if (proposalHash(proposal) !== hash)
    throw new OpsError('approval-lapsed', 'the request is no longer the one that was approved');
}

/** Last check before the effect: a worker that was paused must not act for a step that has moved on. */
async function requireStillOurs(deps: RunDeps, run: StepRun, { hash }: Approved): Promise<void> {
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
