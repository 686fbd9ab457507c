import { OpsError } from '../../errors.ts';
import type { StepState } from '../../playbooks/runner.ts';
import { type Incident, stateOf } from './incident.ts';
import { reduceStep, runningAgain, type StepChange } from './step-moves.ts';

/** Throws `illegal-move` where the table of moves has no such move. */
export function afterStepEvent(incident: Incident, event: StepChange, at: number): Incident {
  const after = moved(incident, event, at);
  if (event.type === 'step-renewed') return renewed(after, event);
  if (event.type === 'step-stop-asked')
    return { ...after, stopping: { ...after.stopping, [event.step]: event.job } };
  if (event.type !== 'step-adjusted') return after;
  return { ...after, adjusted: { ...after.adjusted, [event.step]: event.answers } };
}

/** Steps that run again count as not done, so that later steps do not see the old results. */
function renewed(incident: Incident, event: Extract<StepChange, { type: 'step-renewed' }>): Incident {
  const again = event.steps.map((step) => [step, runningAgain(pinnedState(incident, step), event)] as const);
  return { ...incident, states: { ...incident.states, ...Object.fromEntries(again) } };
}

function moved(incident: Incident, event: StepChange, at: number): Incident {
  const state = reduceStep(pinnedState(incident, event.step), event, at);
  return { ...incident, states: { ...incident.states, [event.step]: state } };
}

function pinnedState(incident: Incident, step: string): StepState {
  if (!incident.pinned.includes(step)) throw new OpsError('illegal-move', `there is no step ${step}`);
  return stateOf(incident, step);
}
