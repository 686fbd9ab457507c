import { isByAutopilot, missingApprovals } from '../../playbooks/approved.ts';
import { type ClickResult, noChange, recorded } from '../click-result.ts';
import { type Click, isShown, type Shown, unavailableReason, whyNotShown } from '../decisions.ts';
import type { Decision } from '../journal/store.ts';
import { type AutopilotState, autopilotOn } from '../model/autopilot/autopilot-states.ts';
import { type Incident, stateOf } from '../model/incident.ts';
import { cancel } from '../turn-down.ts';

/**
 * Any responder may hold what Autopilot is about to approve; people approve it from then on. A click that comes after the
 * time was up still wins until the request is on its way to AWS: it takes the approval back, or cancels what has begun.
 */
export function hold(incident: Incident, click: Click): Decision<ClickResult> {
  const { target, by, authorize } = click;
  const unavailable = unavailableReason({ ...incident, paused: undefined }, target);
  if (unavailable !== undefined) return noChange(unavailable);
  const { step, attempt } = target;
  const state = stateOf(incident, step);
  if (!isShown(state, target)) return noChange(whyNotShown(state, target));
  const late = whyNotHold(autopilotOn(incident, step, attempt)?.status, state);
  if (late !== undefined) return noChange(late);
  return state.status === 'proposed'
    ? recorded(authorize, 'responder', 'held', { type: 'autopilot-held', step, attempt, by })
    : cancel(incident, click);
}

function whyNotHold(status: AutopilotState['status'] | undefined, state: Shown): ClickResult | undefined {
  if (status === 'held') return { kind: 'held-already' };
  if (status !== 'armed' && status !== 'approved') return { kind: 'not-armed' };
  const isSent = state.status === 'changing' ? state.sent === true : isByPeople(state);
  return isSent ? { kind: 'being-sent', ...state.approvals.at(-1) } : undefined;
}

/** People have given all approvals, so there is nothing left to hold. */
function isByPeople(state: Shown): boolean {
  return missingApprovals(state) === 0 && !state.approvals.some(isByAutopilot);
}
