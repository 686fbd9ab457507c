import { OpsError } from '../../../errors.ts';
import { autopilot, isByAutopilot } from '../../../playbooks/approved.ts';
import type { StepState } from '../../../playbooks/runner.ts';
import type { EventOf, IncidentEvent } from '../events.ts';
import { type Incident, stateOf } from '../incident.ts';
import { type AutopilotState, autopilotOn } from './autopilot-states.ts';

type Type = Extract<IncidentEvent['type'], `autopilot-${string}`>;
export type AutopilotEvent = EventOf<Type>;
type Status = AutopilotState['status'] | undefined;

export function isAutopilotEvent(event: IncidentEvent): event is AutopilotEvent {
  return event.type in changes;
}

/** For each event, what Autopilot may have done about the attempt before. */
const legal: { readonly [T in Type]: readonly Status[] } = {
  'autopilot-suggested': [undefined],
  'autopilot-armed': [undefined],
  // Until the request is on its way, a person can take the approval back.
  'autopilot-held': ['armed', 'approved'],
  'autopilot-disarmed': [undefined, 'armed'],
  'autopilot-approved': [undefined, 'armed'],
  'autopilot-demoted': ['approved'],
};

type Change = Pick<AutopilotState, 'status'> & Partial<AutopilotState>;

const changes: { readonly [T in Type]: (event: EventOf<T>) => Change } = {
  'autopilot-suggested': ({ earned, next, demoted }) => ({
    status: 'suggested',
    earned,
    ...(next !== undefined && { next }),
    ...(demoted !== undefined && { why: demoted }),
  }),
  'autopilot-armed': ({ until, earned, next }) => ({
    status: 'armed',
    until,
    earned,
    ...(next !== undefined && { next }),
  }),
  'autopilot-held': () => ({ status: 'held' }),
  'autopilot-disarmed': ({ why }) => ({ status: 'disarmed', why }),
  'autopilot-approved': () => ({ status: 'approved' }),
  'autopilot-demoted': () => ({ status: 'demoted' }),
};

/** Throws `illegal-move` for an event that is late: the request has moved on, or a person holds it. */
export function afterAutopilotEvent(incident: Incident, event: AutopilotEvent, at: number): Incident {
  const { type, step, attempt } = event;
  const before = autopilotOn(incident, step, attempt);
  if (!legal[type].includes(before?.status))
    throw new OpsError(
      'illegal-move',
      `${type} for ${step}, which is ${before?.status ?? 'new'} to Autopilot`,
    );
  // The table's function for an event type takes the event of that type.
  const change = changes[type] as (event: AutopilotEvent) => Change;
  return {
    ...incident,
    autopilot: { ...incident.autopilot, [step]: { ...before, ...change(event), attempt, at } },
    states: { ...incident.states, [step]: stateAfter(incident, event, at) },
  };
}

function stateAfter(incident: Incident, event: AutopilotEvent, at: number): StepState {
  const state = stateOf(incident, event.step);
  if (event.type === 'autopilot-demoted') return state;
  const isIts = state.status === 'proposed' && state.attempt === event.attempt;
  if (!isIts || ('hash' in event && event.hash !== state.hash))
    throw new OpsError('illegal-move', `${event.type} for a request of ${event.step} that has moved on`);
  const byPeople = state.approvals.filter((approval) => !isByAutopilot(approval));
  if (event.type === 'autopilot-approved')
    return { ...state, approvals: [...byPeople, { by: autopilot, at }] };
  return event.type === 'autopilot-held' ? { ...state, approvals: byPeople } : state;
}
