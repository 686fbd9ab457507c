import { type ClickResult, noChange, recorded } from './click-result.ts';
import {
  type Click,
  isBeingSent,
  isShown,
  leftRunning,
  type Shown,
  unavailableReason,
  whyNotShown,
} from './decisions.ts';
import type { Decision } from './journal/store.ts';
import { type Incident, stateOf } from './model/incident.ts';

/**
 * How people say no: to a request before it is sent, and to a change that is being carried out. A pause stops neither,
 * because both only make less happen.
 */

/** Any responder may decline, and so everyone who may approve: nothing is sent, and another request can be built. */
export function decline(incident: Incident, click: Click, reason: string): Decision<ClickResult> {
  const { target, by, authorize, now } = click;
  const unavailable = unavailableReason({ ...incident, paused: undefined }, target);
  if (unavailable !== undefined) return noChange(unavailable);
  const state = stateOf(incident, target.step);
  if (!isShown(state, target)) return noChange(whyNotShown(state, target));
  if (isBeingSent(state, now)) {
    const last = state.approvals.at(-1);
    return noChange({ kind: 'being-sent', ...(last !== undefined && last) });
  }
  const { step, attempt } = target;
  return recorded(authorize, 'responder', 'declined', { type: 'step-declined', step, attempt, by, reason });
}

/**
 * Before the first call is sent, a canceled change has ended and never reaches AWS. After that Relight can only stop
 * sending more, and the worker reports what exists.
 */
export function cancel(incident: Incident, { target, by, authorize, now }: Click): Decision<ClickResult> {
  const unavailable = unavailableReason({ ...incident, paused: undefined }, target);
  if (unavailable !== undefined) return noChange(unavailable);
  const state = stateOf(incident, target.step);
  if (!isShown(state, target)) return noChange(whyNotShown(state, target));
  if (!isBeingSent(state, now)) return noChange({ kind: 'not-begun' });
  const { step, attempt } = target;
  if (state.status === 'proposed' || state.sent !== true) {
    const says = nothingSent(state);
    const event = { type: 'step-canceled', step, attempt, by, says, sent: false } as const;
    return recorded(authorize, 'responder', 'canceled', event);
  }
  if (state.canceling !== undefined) return noChange({ kind: 'canceling', by: state.canceling });
  return recorded(authorize, 'responder', 'cancel-asked', { type: 'step-cancel-asked', step, attempt, by });
}

function nothingSent({ status, proposal }: Shown): string {
  const nothing = 'Nothing was launched or changed in AWS.';
  const mayHaveCopied = status === 'changing' && 'TrainingJobName' in proposal.request;
  return mayHaveCopied
    ? `${nothing} Checkpoint files that were already copied for it stay in S3; nothing uses them.`
    : nothing;
}

/** Lets a canceled change stand, so that its job trains on and the playbook continues with it. */
export function keep(incident: Incident, { target, by, authorize }: Click): Decision<ClickResult> {
  const unavailable = unavailableReason(incident, target);
  if (unavailable !== undefined) return noChange(unavailable);
  const state = stateOf(incident, target.step);
  const { step, attempt } = target;
  if (state.status !== 'canceled' || state.attempt !== attempt || state.result === undefined)
    return noChange({ kind: 'old-copy' });
  return recorded(authorize, 'responder', 'kept', { type: 'step-kept', step, attempt, by });
}

/** Has the step propose to stop the job that the canceled change launched. */
export function askToStop(incident: Incident, { target, by, authorize }: Click): Decision<ClickResult> {
  const unavailable = unavailableReason(incident, target);
  if (unavailable !== undefined) return noChange(unavailable);
  const state = stateOf(incident, target.step);
  const { step, attempt } = target;
  if ('attempt' in state && state.attempt === attempt + 1) return noChange({ kind: 'taken' });
  const job = leftRunning(state);
  if (job === undefined || !('attempt' in state) || state.attempt !== attempt)
    return noChange({ kind: 'old-copy' });
  const event = { type: 'step-stop-asked', step, attempt: attempt + 1, by, job } as const;
  return recorded(authorize, 'responder', 'stop-asked', event);
}
