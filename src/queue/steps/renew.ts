import type { IncidentEvent } from '../../incidents/model/events.ts';
import { type Incident, runOf, stateOf } from '../../incidents/model/incident.ts';
import type { Catalog } from '../../playbooks/catalog.ts';
import type { Step } from '../../playbooks/define.ts';
import type { StepJob } from '../jobs.ts';
import { callsOf } from './calls-of-change.ts';

/**
 * After `basis-changed`: repeats the judging steps and rebuilds the request for new approvals. Undefined if that was just
 * done without a person in between: something keeps writing there, so the step has to fail.
 */
export function renewal(
  catalog: Catalog,
  incident: Incident,
  { step, attempt }: Pick<StepJob, 'step' | 'attempt'>,
  why: string,
): IncidentEvent | undefined {
  const state = stateOf(incident, step);
  const approved = state.status === 'proposed' || state.status === 'changing';
  const alreadyTried = 'renewed' in state && state.renewed !== undefined;
  if (!approved && alreadyTried) return undefined;
  const steps = judgedBefore(catalog, incident, step);
  const says = `${why}${partSent(catalog, incident, { step, attempt })}`;
  return { type: 'step-renewed', step, attempt: attempt + 1, why: says, steps };
}

/** A request of several calls may be stopped after its first: people must know that before they approve the next one. */
function partSent(
  catalog: Catalog,
  incident: Incident,
  { step, attempt }: Pick<StepJob, 'step' | 'attempt'>,
): string {
  const state = stateOf(incident, step);
  if (state.status !== 'changing' || state.sent !== true) return '';
  const found = stepsNow(catalog, incident).find(({ key }) => key === step);
  const action = found?.kind === 'action' ? found.action : undefined;
  const names = callsOf(action, { incident: incident.id, step, attempt }, state);
  const which = names === '' ? '' : ` (${names})`;
  return `. AWS may already have a part of the previous request${which}: read the new one with that in mind`;
}

function stepsNow(catalog: Catalog, incident: Incident): readonly Step[] {
  return catalog.get(incident.playbook ?? '')?.stepsIn(runOf(incident)) ?? [];
}

/** All read steps from the first judging step up to the change. Earlier changes and people's answers are kept. */
function judgedBefore(catalog: Catalog, incident: Incident, change: string): string[] {
  const steps = stepsNow(catalog, incident);
  const before = steps.slice(
    0,
    steps.findIndex(({ key }) => key === change),
  );
  const settled = before.findLastIndex((one) => !looks(one) && stateOf(incident, one.key).status === 'done');
  const looking = before.slice(settled + 1).filter(looks);
  const first = looking.findIndex(judges);
  return first === -1 ? [] : looking.slice(first).map(({ key }) => key);
}

function looks(step: Step): boolean {
  return step.kind === 'action' && step.action.effect !== 'change';
}

function judges(step: Step): boolean {
  return step.kind === 'action' && step.action.effect === 'read' && step.action.judges === true;
}
