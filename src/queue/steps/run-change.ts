import { asOpsError, OpsError } from '../../errors.ts';
import { requireNoHalt } from '../../incidents/halt/halts.ts';
import { stateOf } from '../../incidents/model/incident.ts';
import type { ChangeAction } from '../../playbooks/define/action.ts';
import { type AwsCallMade, attemptKeyOf } from '../../ports/calls.ts';
import type { AttemptKey, JsonObject, Token } from '../../ports/ports.ts';
import { Again } from '../../ports/step-output.ts';
import { issueToken } from '../../ports/token.ts';
import { archiveResult, expectResult } from '../archive-results.ts';
import { canceledEvent, cancelingIn } from './cancel-change.ts';
import { openSession } from './change-session.ts';
import { claimSending, requireApproved, requireHolding, requireMayGoOn } from './checks/approval-checks.ts';
import { requireAllowed, requireStillGood } from './checks/still-good.ts';
import { basisToCheck, requestToSend } from './fill-in.ts';
import { inputFor } from './run-read.ts';
import { confirmedWrites, markOf, type Sending } from './sent-marks.ts';
import { type Approved, progress, type RunDeps, record, type StepRun } from './step-run.ts';

/**
 * Executes an approved change at most once: it checks the approvals again when it begins, writes the intent to the vault
 * first, and the action detects the work of an earlier run of the same attempt before it does anything.
 */
export async function carryOut(deps: RunDeps, run: StepRun): Promise<number | undefined> {
  const { action } = run.step;
  const state = stateOf(run.incident, run.job.step);
  if (action.effect !== 'change') return undefined;
  if (state.status === 'changing') return send(deps, run, action, state);
  if (state.status !== 'proposed') return undefined;
  // The approvals stay as they are: if they still hold when changes resume, they are used then.
  if ((await deps.halts.current()) !== undefined) return haltedMs;
  return (await begin(deps, run, state)) ? send(deps, run, action, state) : undefined;
}

async function send(
  deps: RunDeps,
  run: StepRun,
  action: ChangeAction<unknown, unknown>,
  state: Approved,
): Promise<number | undefined> {
  const attemptKey = attemptKeyOf(run.job);
  const unwritten = await intentProblem(deps, state, attemptKey);
  const request = await requestToSend(deps, run, state.proposal);
  const { TrainingJobName: launches } = state.proposal.request;
  if (typeof launches === 'string') await deps.launches.note(launches, run.incident.id);
  const input = await inputFor(deps, run);
  const reliesOn = [...(await basisToCheck(deps, run, state.proposal))];
  const session = openSession(deps, run, action, state, request);
  const token = tokenFor(deps, run, { state, unwritten, ready: session.ready }, request);
  const outcome = await deps
    .withCallsNoted(
      async () => action.run({ ...state.proposal, request, reliesOn }, input, session.ports, token),
      async (calls) => noteCalls(deps, run, calls),
    )
    .catch(waitWhileHalted)
    .finally(session.close);
  return outcome instanceof Again
    ? lookAgain(deps, run, outcome)
    : done(deps, run, action.output.parse(outcome));
}

async function lookAgain(deps: RunDeps, run: StepRun, { note, afterMs }: Again): Promise<number | undefined> {
  if (await endCanceled(deps, run, { note })) return undefined;
  await record(deps, run, progress(run.job, note));
  return afterMs;
}

async function done(deps: RunDeps, run: StepRun, output: unknown): Promise<undefined> {
  const { step, attempt } = run.job;
  const result = deps.sealer.seal(output, run.incident.id);
  await expectResult(deps, run.job);
  if (!(await record(deps, run, { type: 'step-done', step, attempt, result })))
    await endCanceled(deps, run, { result });
  // Whether the vault answers or not, the incident goes on first.
  await deps.advance(run.incident.id);
  await archiveResult(deps, run.job, result);
}

/** Checks everything again, and records that the change has begun. Returns false if the step has moved on. */
async function begin(deps: RunDeps, run: StepRun, state: Approved): Promise<boolean> {
  const { step, attempt } = run.job;
  await requireHolding(deps, run, state);
  await requireStillGood(deps, run.incident, { step, attempt }, state.proposal);
  if (!(await record(deps, run, { type: 'step-begun', step, attempt, hash: state.hash, marksSent: true })))
    return false;
  await deps.advance(run.incident.id);
  return true;
}

/** Ends the change if a person has asked for that meanwhile; returns false otherwise. */
async function endCanceled(
  deps: RunDeps,
  run: StepRun,
  reached: Parameters<typeof canceledEvent>[3],
): Promise<boolean> {
  const state = cancelingIn(await deps.store.load(run.incident.id), run);
  if (state === undefined) return false;
  await record(deps, run, await canceledEvent(deps, run, state, reached));
  return true;
}

/** How long a change waits until it looks again whether changes are still halted. */
const haltedMs = 5_000;

/** A change that has begun waits, and continues where it was. What AWS has received is looked up then. */
function waitWhileHalted(thrown: unknown): Again {
  if (!(thrown instanceof OpsError) || thrown.code !== 'halted') throw thrown;
  return new Again(haltedMs, `Waiting, because all changes are halted: ${thrown.detail}`);
}

/** Copying a large checkpoint takes thousands of calls. */
const maxCallsNoted = 100;

/** In the journal whatever became of the step, so that each request can be found in CloudTrail. */
async function noteCalls(
  { store }: RunDeps,
  { job: { incident, step, attempt } }: StepRun,
  calls: readonly AwsCallMade[],
): Promise<void> {
  const more = calls.length - maxCallsNoted;
  const noted = calls.slice(0, maxCallsNoted);
  await store.record(incident, () => [
    { type: 'aws-called', step, attempt, calls: noted, ...(more > 0 && { more }) },
  ]);
}

/** An earlier version of Relight wrote intents with their secrets; an existing intent is used as it is. */
async function writeIntent(
  { vault, sealer }: RunDeps,
  { hash, proposal: { request, reliesOn }, approvals }: Approved,
  { id, incident, step, attempt }: AttemptKey,
): Promise<void> {
  const approvers = approvals.map(({ by, at }) => ({ by, at }));
  const relied = reliesOn !== undefined && { reliesOn };
  const plain = { id, incident, step, attempt, hash, request, ...relied, approvers };
  await vault?.writeIntent({ ...plain, request: sealer.seal(request, incident) }, plain);
}

/**
 * Throws if the intent cannot be written. Once the change may have been sent, its intent is there, and a vault that is away
 * must not keep Relight from looking what exists: then the error is returned, and nothing more is sent.
 */
async function intentProblem(
  deps: RunDeps,
  state: Approved,
  attemptKey: AttemptKey,
): Promise<OpsError | undefined> {
  try {
    await writeIntent(deps, state, attemptKey);
    return undefined;
  } catch (thrown) {
    if (state.status !== 'changing' || state.sent !== true) throw thrown;
    return asOpsError(thrown);
  }
}

/**
 * `toSend` is the approved request, in which `fillIn` has replaced each keyed hash by the secret that has this hash and
 * nothing else. The token holds a hash of it, which each adapter compares with what it is about to send.
 */
function tokenFor(deps: RunDeps, run: StepRun, sending: Sending, toSend: JsonObject): Token {
  const { state, unwritten, ready } = sending;
  requireApproved(state);
  const check = async (): Promise<void> => {
    if (unwritten !== undefined) throw unwritten;
    await requireNoHalt(deps.halts);
    await requireMayGoOn(deps, run, state);
    await requireAllowed(state.proposal.request, deps.portsFor(attemptKeyOf(run.job)));
    // A no-op, unless the reservation was released meanwhile.
    await deps.reserve(attemptKeyOf(run.job), state.proposal.request);
    await ready();
  };
  return issueToken(attemptKeyOf(run.job), {
    hash: state.hash,
    approvers: state.approvals.map((approval) => approval.by),
    request: toSend,
    signal: run.signal,
    confirmWrite: confirmedWrites(deps, run, sending),
    confirm: async () => {
      await check();
      await claimSending(deps, run, state);
    },
    confirmOnce: async ({ replaces, ...call }) => {
      await check();
      return claimSending(deps, run, state, { call, replaces });
    },
    markOf: async (operation) => markOf(deps, run, operation),
  });
}
