import { isUnresolved } from '../../incidents/choose-playbook.ts';
import { isRetryable } from '../../incidents/decisions.ts';
import { missingApprovals } from '../../incidents/model/approvals.ts';
import {
  currentStep,
  type Incident,
  proposalWords,
  runOf,
  runsOf,
  stateOf,
} from '../../incidents/model/incident.ts';
import { earlierSteps, maySkip } from '../../incidents/reroute.ts';
import { stepNow } from '../../incidents/stopping-steps.ts';
import type { RunKeys } from '../../playbooks/define/run-keys.ts';
import { titleOf } from '../../playbooks/define/steps.ts';
import type { Playbook, Step } from '../../playbooks/define.ts';
import type { StepState } from '../../playbooks/runner.ts';

/** One step of an incident, as people see it. */
export interface StepView {
  readonly step: Step;
  readonly state: StepState;
  readonly title: string;
  /** 1-based place in the playbook. */
  readonly place: number;
  readonly of: number;
  /** The number of its playbook among those of the incident. */
  readonly run: number;
  /** The title of its playbook, if that took over from another one. */
  readonly playbook?: string;
  /** Another playbook took over from this one. */
  readonly replaced: boolean;
  /** The current step of an open incident. */
  readonly current: boolean;
  /** It waits until a person has said how the incident ended. */
  readonly unresolved: boolean;
  /** There is an earlier step to go back to. */
  readonly waysBack: boolean;
  /** A person may skip it. */
  readonly skippable: boolean;
  /** The incident is closed, so a step in progress will not continue. */
  readonly over: boolean;
}

/** Undefined if there is no playbook, or a deployment has changed it since: then there must be no buttons. */
export function stepsOf(incident: Incident, playbook: Playbook | undefined): readonly StepView[] | undefined {
  return playbook && viewsOf(incident, playbook, runOf(incident));
}

/** The steps of every playbook that the incident has run, the oldest first, except playbooks that a deployment changed. */
export function allSteps(
  incident: Incident,
  playbookOf: (id: string) => Playbook | undefined,
): readonly StepView[] {
  return runsOf(incident).flatMap((run) => {
    const playbook = playbookOf(run.playbook);
    return (playbook && viewsOf(incident, playbook, run)) ?? [];
  });
}

function viewsOf(incident: Incident, playbook: Playbook, run: RunKeys): readonly StepView[] | undefined {
  const current = incident.closed === undefined ? currentStep(incident) : undefined;
  const replaced = run.number <= incident.earlier.length;
  const unresolved = !replaced && isUnresolved(incident, playbook);
  const steps = playbook.stepsIn(run);
  return steps?.map((step, index) => ({
    step: stepNow(incident, step),
    state: stateOf(incident, step.key),
    title: titleNow(stepNow(incident, step), stateOf(incident, step.key)),
    place: index + 1,
    of: steps.length,
    run: run.number,
    ...(run.number > 1 && { playbook: playbook.title }),
    replaced,
    current: step.key === current,
    unresolved: unresolved && step.key === current,
    waysBack: step.key === current && earlierSteps(incident, playbook).length > 0,
    skippable: step.key === current && maySkip(incident, playbook, step.key),
    over: incident.closed !== undefined,
  }));
}

function titleNow(step: Step, state: StepState): string {
  return proposalWords(state)?.title ?? titleOf(step);
}

export function asksPeople({ step, state, current, unresolved }: StepView): boolean {
  if (!current) return false;
  if (unresolved) return true;
  if (state.status === 'proposed') return missingApprovals(state) > 0;
  return isRetryable(state) || (step.kind === 'manual' && state.status === 'waiting');
}
