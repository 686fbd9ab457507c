import { stopExecution } from '../playbooks/actions/stop-execution.ts';
import { stopJob } from '../playbooks/actions/stop-job.ts';
import type { Step } from '../playbooks/define.ts';
import { executionNameIn } from '../ports/state-machines/execution-names.ts';
import { currentStep, type Incident, stateOf } from './model/incident.ts';

/** The step as it acts now: after a cancellation it may have to stop the job or the execution that it started. */
export function stepNow({ stopping }: Pick<Incident, 'stopping'>, step: Step): Step {
  const stops = stopping[step.key];
  if (stops === undefined || step.kind !== 'action') return step;
  const action = executionNameIn(stops.job) === undefined ? stopJob : stopExecution;
  // The list of steps holds every action in this erased form; the input below is the one that it takes.
  return { ...step, action: action as unknown as typeof step.action, inputFor: () => ({ job: stops.job }) };
}

/** The job, or the ARN of the execution, that a canceled change started and that nobody has stopped or kept yet. */
export function runningJob(incident: Incident, step: string): string | undefined {
  const state = stateOf(incident, step);
  return state.status === 'canceled' ? state.running : incident.stopping[step]?.job;
}

/** The job or execution that a canceled change left running: another playbook must not start beside it unnoticed. */
export function leftBehind(incident: Incident): string | undefined {
  const step = currentStep(incident);
  return step === undefined ? undefined : runningJob(incident, step);
}
