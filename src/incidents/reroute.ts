import { titleOf } from '../playbooks/define/steps.ts';
import type { Playbook, Step } from '../playbooks/define.ts';
import { isSkippable } from '../playbooks/skippable-steps.ts';
import { type ClickResult, type ClickTarget, noChange, recorded } from './click-result.ts';
import { type Click, isBeingSent, unavailableReason } from './decisions.ts';
import type { Decision } from './journal/store.ts';
import { currentStep, type Incident, runOf, stateOf } from './model/incident.ts';
import { runningJob } from './stopping-steps.ts';

/** How a person leaves the order of a playbook: past a step that nothing needs, or back to one that is done. */

export interface SkipClick extends Click {
  readonly playbook: Playbook | undefined;
}

export function skip(
  incident: Incident,
  { target, by, authorize, now, playbook }: SkipClick,
  reason: string,
): Decision<ClickResult> {
  const stays = whyStay(incident, target, now);
  if (stays !== undefined) return noChange(stays);
  const { step } = target;
  if (!maySkip(incident, playbook, step)) return noChange({ kind: 'needed' });
  const found = stepsOf(incident, playbook).find(({ key }) => key === step);
  const role = found?.kind === 'manual' ? found.manual.approver : 'responder';
  return recorded(authorize, role, 'skipped', { type: 'step-skipped', step, reason, by });
}

/** Why nobody can leave the step that the person saw; undefined if they can. */
function whyStay(incident: Incident, target: ClickTarget, now: number): ClickResult | undefined {
  const unavailable = unavailableReason(incident, target);
  if (unavailable !== undefined) return unavailable;
  const state = stateOf(incident, target.step);
  if (!('attempt' in state) || state.attempt !== target.attempt) return { kind: 'old-copy' };
  if ((state.status === 'proposed' || state.status === 'changing') && isBeingSent(state, now))
    return { kind: 'change-under-way' };
  const job = runningJob(incident, target.step);
  return job === undefined ? undefined : { kind: 'still-running', job };
}

export function maySkip(incident: Incident, playbook: Playbook | undefined, step: string): boolean {
  return playbook !== undefined && isSkippable(playbook, runOf(incident), step);
}

export interface BackClick extends Click {
  readonly playbook: Playbook | undefined;
  /** The earlier step. */
  readonly to: string;
}

/** `target` is the current step: the request that the person saw there is discarded. */
export function goBack(
  incident: Incident,
  { target, by, authorize, now, playbook, to }: BackClick,
): Decision<ClickResult> {
  const stays = whyStay(incident, target, now);
  if (stays !== undefined) return noChange(stays);
  const { step } = target;
  const earlier = earlierSteps(incident, playbook);
  const first = earlier.find(({ key }) => key === to);
  if (first === undefined) return noChange({ kind: 'no-way-back' });
  const all = stepsOf(incident, playbook).map(({ key }) => key);
  const steps = all.slice(all.indexOf(to), all.indexOf(step));
  const why = `a person went back to “${titleOf(first)}”`;
  return recorded(authorize, 'responder', 'went-back', {
    type: 'step-renewed',
    step,
    attempt: target.attempt + 1,
    why,
    steps,
    by,
  });
}

/** The steps that a person may go back to: the done lookups and forms after the last change that was made. */
export function earlierSteps(incident: Incident, playbook: Playbook | undefined): readonly Step[] {
  const current = currentStep(incident);
  const steps = stepsOf(incident, playbook);
  const before = steps.slice(
    0,
    Math.max(
      0,
      steps.findIndex(({ key }) => key === current),
    ),
  );
  const changed = before.findLastIndex((step) => isChange(step) && isDone(incident, step));
  return before.slice(changed + 1).filter((step) => !isChange(step) && isDone(incident, step));
}

function isChange(step: Step): boolean {
  return step.kind === 'action' && step.action.effect === 'change';
}

function isDone(incident: Incident, { key }: Step): boolean {
  return stateOf(incident, key).status === 'done';
}

function stepsOf(incident: Incident, playbook: Playbook | undefined): readonly Step[] {
  return playbook?.stepsIn(runOf(incident)) ?? [];
}
