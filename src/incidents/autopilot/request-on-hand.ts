import { missingApprovals } from '../../playbooks/approved.ts';
import type { Catalog } from '../../playbooks/catalog.ts';
import { policyOfAction } from '../../playbooks/define/action.ts';
import { nameInRun } from '../../playbooks/define/run-keys.ts';
import type { StepState } from '../../playbooks/runner.ts';
import type { Proposal } from '../../ports/step-output.ts';
import { isOutOfAttempts } from '../charge/attempt-budget.ts';
import { currentStep, type Incident, isEndKnown, isOpen, runOf, stateOf } from '../model/incident.ts';
import type { StepOfTier } from './setting.ts';

type Proposed = Extract<StepState, { status: 'proposed' }>;

/** A request that waits for approval, and the step that a setting would be about. */
export interface RequestOnHand {
  readonly key: string;
  readonly state: Proposed;
  readonly of: StepOfTier;
}

/** The request of the current step, if approvals are missing; undefined otherwise, and in a drill, where people practice. */
export function requestOnHand(incident: Incident): RequestOnHand | undefined {
  // A drill is for people, and Autopilot checks requests against the account.
  if (incident.drill !== undefined || !isOpen(incident)) return undefined;
  const key = currentStep(incident);
  const state = key === undefined ? undefined : stateOf(incident, key);
  if (key === undefined || state?.status !== 'proposed') return undefined;
  return missingApprovals(state) === 0 ? undefined : { key, state, of: stepOf(incident, key) };
}

export function stepOf(incident: Incident, key: string): StepOfTier {
  const { playbook = '', tier } = incident;
  return { playbook, step: nameInRun(key, runOf(incident).number), tier };
}

/** Why only people may approve this request, as a clause; undefined if Autopilot may, as far as the journal tells. */
export function whyOnlyPeople(
  incident: Incident,
  { key, state }: Pick<RequestOnHand, 'key' | 'state'>,
  catalog: Pick<Catalog, 'get'>,
): string | undefined {
  return (
    whyNotNow(incident) ?? whyNotAgain(incident, key, state) ?? whyNotThis(incident, key, state, catalog)
  );
}

function whyNotNow(incident: Incident): string | undefined {
  if (incident.paused !== undefined) return 'the incident was paused';
  if (isOutOfAttempts(incident)) return 'the attempts on this cause are used up';
  return isEndKnown(incident) ? 'it is known how the incident ended' : undefined;
}

/** People have already dealt with the request, or with one before it. */
function whyNotAgain({ stopping, adjusted }: Incident, key: string, state: Proposed): string | undefined {
  if (stopping[key] !== undefined) return 'it stops what a canceled change started';
  if (adjusted[key] !== undefined) return 'a person chose its values';
  if (state.renewed !== undefined) return `the request was built again: ${state.renewed}`;
  return state.lapsed === undefined ? undefined : `an approval of it lapsed: ${state.lapsed}`;
}

function whyNotThis(
  incident: Incident,
  key: string,
  { proposal }: Proposed,
  catalog: Pick<Catalog, 'get'>,
): string | undefined {
  const steps = catalog.get(incident.playbook ?? '')?.stepsIn(runOf(incident));
  const step = steps?.find((one) => one.key === key);
  if (step?.kind !== 'action' || step.action.effect !== 'change') return 'its playbook has changed';
  if (policyOfAction(step.action).policyClass === 'production') return 'it changes production';
  return isPriceKnown(proposal) ? undefined : 'its cost is not known';
}

/** A change that costs nothing says so by terms without a price. */
function isPriceKnown({ reliesOn = [], terms, request }: Proposal): boolean {
  const limits = reliesOn.find((basis) => basis.kind === 'limits');
  if (limits !== undefined) return limits.worstCaseUsd !== undefined;
  return !('ResourceConfig' in request) && terms !== undefined && terms.price === undefined;
}
