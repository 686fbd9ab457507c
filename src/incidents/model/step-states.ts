import { OpsError } from '../../errors.ts';
import type { StepState } from '../../playbooks/runner.ts';
import { executionNameIn } from '../../ports/state-machines/execution-names.ts';
import { type Incident, stateOf } from './incident.ts';
import { reduceStep, runningAgain, type StepChange } from './step-moves.ts';

/** Throws `illegal-move` where the table of moves has no such move. */
export function afterStepEvent(incident: Incident, event: StepChange, at: number): Incident {
  const after = moved(incident, event, at);
  switch (event.type) {
    case 'step-renewed':
      return renewed(after, event);
    case 'step-adjusted':
      return { ...after, adjusted: { ...after.adjusted, [event.step]: event.answers } };
    case 'step-stop-asked': {
      const state = pinnedState(incident, event.step);
      const result = state.status === 'canceled' ? state.result : undefined;
      const stops = { job: event.job, by: event.by.user, ...(result !== undefined && { result }) };
      return { ...after, stopping: { ...after.stopping, [event.step]: stops } };
    }
    case 'step-begun':
      return glassUsed(after, event.step);
    case 'step-done':
    case 'step-declined':
    case 'step-canceled':
      return afterStop(after, event, at);
    default:
      return after;
  }
}

/** It is good for one change: the first that begins with it. */
function glassUsed(incident: Incident, step: string): Incident {
  const state = stateOf(incident, step);
  const isUsed = state.status === 'changing' && state.glass !== undefined;
  return isUsed && incident.glass !== undefined
    ? { ...incident, glass: { ...incident.glass, usedFor: step } }
    : incident;
}

/** Whatever became of the request to stop a job or an execution, the change that started it stays canceled. */
function afterStop(
  incident: Incident,
  event: Extract<StepChange, { type: 'step-done' | 'step-declined' | 'step-canceled' }>,
  at: number,
): Incident {
  const { [event.step]: stops, ...stopping } = incident.stopping;
  if (stops === undefined) return incident;
  const { job, by, result } = stops;
  const ended = event.type === 'step-done';
  const state: StepState = {
    status: 'canceled',
    attempt: event.attempt,
    by,
    says: stopInWords(job, ended),
    sent: true,
    ...(!ended && { running: job }),
    ...(!ended && result !== undefined && { result }),
    at,
  };
  const stopped = ended ? [...incident.stopped, job] : incident.stopped;
  return { ...incident, stopping, stopped, states: { ...incident.states, [event.step]: state } };
}

function stopInWords(what: string, ended: boolean): string {
  const isBilled = executionNameIn(what) === undefined;
  if (ended) return `${what} has ended${isBilled ? ' and is not billed any longer' : ''}.`;
  return `The request to stop ${what} was not carried out. It may still be running${isBilled ? ', and is billed until it ends' : ''}.`;
}

/** Steps that run again count as not done, so that later steps do not see the old results. */
function renewed(incident: Incident, event: Extract<StepChange, { type: 'step-renewed' }>): Incident {
  const again = event.steps.map((step) => [step, runningAgain(pinnedState(incident, step), event)] as const);
  return { ...incident, states: { ...incident.states, ...Object.fromEntries(again) } };
}

function moved(incident: Incident, event: StepChange, at: number): Incident {
  const state = reduceStep(pinnedState(incident, event.step), event, at);
  const { mostNeeded = 0, states } = incident;
  const needed = event.type === 'step-proposed' && { mostNeeded: Math.max(mostNeeded, event.needs) };
  return { ...incident, ...needed, states: { ...states, [event.step]: state } };
}

function pinnedState(incident: Incident, step: string): StepState {
  if (!incident.pinned.includes(step)) throw new OpsError('illegal-move', `there is no step ${step}`);
  return stateOf(incident, step);
}
