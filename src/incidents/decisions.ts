import { missingApprovals } from '../playbooks/approved.ts';
import type { Answers, Role } from '../playbooks/define.ts';
import type { Approval, StepState } from '../playbooks/runner.ts';
import {
  type Authorize,
  type ClickResult,
  type ClickTarget,
  noChange,
  recorded,
  standstill,
} from './click-result.ts';
import type { Halt } from './halt/halts.ts';
import type { Decision } from './journal/store.ts';
import { holdingAmong, lapsedAmong, lapseInWords } from './model/approvals.ts';
import type { Actor, EventOf, IncidentEvent } from './model/events.ts';
import { currentStep, type Incident, isOpen, stateOf } from './model/incident.ts';

/** Decides each click on the current state alone: of two identical clicks one wins, and each gets one response. */

export interface Click {
  readonly target: ClickTarget;
  readonly by: Actor;
  readonly authorize: Authorize;
  readonly now: number;
  /** The halt of all changes, if there is one. */
  readonly halt?: Halt | undefined;
  /** Set if relight.yaml now asks for other approvals than the request does, so that it is built again. */
  readonly outdated?: EventOf<'step-renewed'> | undefined;
}

export type Shown = Extract<StepState, { status: 'proposed' | 'changing' }>;

/** Records the approvals that have expired; empty when all of them still hold. */
export function lapseOf(
  { step, attempt }: Pick<ClickTarget, 'step' | 'attempt'>,
  { approvals }: { readonly approvals: readonly Approval[] },
  now: number,
): readonly IncidentEvent[] {
  const lapsed = lapsedAmong(approvals, now);
  if (lapsed.length === 0) return [];
  const of = lapsed.map(({ by }) => by);
  return [{ type: 'step-lapsed', step, attempt, why: lapseInWords(lapsed, now), of }];
}

/** Whether the person saw the current request. */
export function isShown(state: StepState, { attempt, hash }: ClickTarget): state is Shown {
  if (state.status !== 'proposed' && state.status !== 'changing') return false;
  return state.attempt === attempt && hash !== '' && state.hash.startsWith(hash);
}

/** What happened to the request that the person saw. */
export function whyNotShown(state: StepState, { attempt }: ClickTarget): ClickResult {
  if (!isTurnedDown(state) || state.attempt !== attempt) return { kind: 'old-copy' };
  return { kind: 'turned-down', how: state.status, by: state.by, at: state.at };
}

function isTurnedDown(state: StepState): state is Extract<StepState, { status: 'declined' | 'canceled' }> {
  return state.status === 'declined' || state.status === 'canceled';
}

/** Whether the step ended without a result, so that a person may have it run again. */
export function isRetryable(
  state: StepState,
): state is Extract<StepState, { status: 'failed' | 'declined' | 'canceled' }> {
  return state.status === 'failed' || isTurnedDown(state);
}

/** The job that a canceled change left running: people decide about it before anything else starts. */
export function leftRunning(state: StepState): string | undefined {
  return state.status === 'canceled' ? state.running : undefined;
}

/** A responder may ask for a retry: it only makes a new proposal, and any change in it needs its own approval. */
export function retry(incident: Incident, { target, by, authorize }: Click): Decision<ClickResult> {
  const state = stateOf(incident, target.step);
  const unavailable = unavailableReason(incident, target);
  if (unavailable !== undefined) return noChange(unavailable);
  if ('attempt' in state && state.attempt === target.attempt + 1) return noChange({ kind: 'taken' });
  if (!isRetryable(state) || state.attempt !== target.attempt) return noChange({ kind: 'old-copy' });
  const running = leftRunning(state);
  if (running !== undefined) return noChange({ kind: 'still-running', job: running });
  const { step, attempt } = target;
  const event = { type: 'step-retried', step, attempt: attempt + 1, by } as const;
  return recorded(authorize, 'responder', 'retried', event);
}

export interface FormInput {
  readonly role: Role;
  readonly answers: Answers;
}

/** Replaces the values of a proposal: it is rebuilt, and approvals of the old one no longer count. */
export function adjust(
  incident: Incident,
  { target, by, authorize, now }: Click,
  { role, answers }: FormInput,
): Decision<ClickResult> {
  const unavailable = unavailableReason(incident, target);
  if (unavailable !== undefined) return noChange(unavailable);
  const state = stateOf(incident, target.step);
  const running = leftRunning(state);
  if (running !== undefined) return noChange({ kind: 'still-running', job: running });
  const ended = isRetryable(state) && state.attempt === target.attempt;
  if (!ended && !isShown(state, target)) return noChange({ kind: 'old-copy' });
  if (isShown(state, target) && isBeingSent(state, now)) return noChange(takenBy(state.approvals));
  const { step, attempt } = target;
  const event = { type: 'step-adjusted', step, attempt: attempt + 1, by, answers: { ...answers } } as const;
  return recorded(authorize, role, 'adjusted', event);
}

/** Rebuilds a request with the same values, because it could not be shown in full. */
export function rebuildRequest(incident: Incident, click: Click): Decision<ClickResult> {
  const answers = incident.adjusted[click.target.step] ?? {};
  return adjust(incident, click, { role: 'responder', answers });
}

/** Whether the request is on its way to AWS: expired approvals send nothing. */
export function isBeingSent({ status, approvals, needs }: Shown, now: number): boolean {
  if (status === 'changing') return true;
  return missingApprovals({ approvals: holdingAmong(approvals, now), needs }) === 0;
}

export function answerManual(
  incident: Incident,
  { target, by, authorize }: Click,
  { role, answers }: FormInput,
): Decision<ClickResult> {
  const state = stateOf(incident, target.step);
  if (isOpen(incident) && state.status === 'done' && state.by !== undefined)
    return noChange({ kind: 'taken', by: state.by, at: state.at });
  const unavailable = unavailableReason(incident, target);
  if (unavailable !== undefined) return noChange(unavailable);
  if (state.status !== 'waiting' || state.attempt !== target.attempt) return noChange({ kind: 'old-copy' });
  const { step, attempt } = target;
  const event = { type: 'step-answered', step, attempt, by, answers: { ...answers } } as const;
  return recorded(authorize, role, 'answered', event);
}

/** A refusal is part of the audit trail, even after the incident is closed. */
export function refusal(by: Actor, why: string, step: string | undefined): IncidentEvent {
  return { type: 'refused', by, why, ...(step === undefined ? {} : { step }) };
}

/** Why nobody can act on this step now; undefined if somebody can. */
export function unavailableReason(incident: Incident, { step }: ClickTarget): ClickResult | undefined {
  const stands = standstill(incident);
  if (stands !== undefined) return stands;
  if (!incident.pinned.includes(step)) return { kind: 'not-current' };
  const state = stateOf(incident, step);
  if (state.status === 'done' || state.status === 'skipped')
    return { kind: 'step-over', how: state.status, at: state.at };
  return currentStep(incident) === step ? undefined : { kind: 'not-current' };
}

/** Somebody else's approval was enough, or the change is under way. */
export function takenBy(approvals: readonly Approval[]): ClickResult {
  const last = approvals.at(-1);
  return { kind: 'taken', ...(last === undefined ? {} : { by: last.by, at: last.at }) };
}
