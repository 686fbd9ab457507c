import { type Incident, proposalWords, runOf } from '../../../incidents/model/incident.ts';
import { layOut } from '../../../incidents/request/proposal-layout.ts';
import type { FilesShown } from '../../../outbox/outbox.ts';
import type { StepState } from '../../../playbooks/runner.ts';
import { actionIds, stepRef } from '../../ids.ts';
import type { ButtonWords } from '../blocks.ts';
import type { StepView } from '../step-views.ts';
import { readable } from './readable.ts';

type Proposed = Extract<StepState, { status: 'proposed' }>;

export function proposalButtons(
  incident: Incident,
  view: StepView,
  { proposal, attempt, hash }: Proposed,
  shown: FilesShown,
): readonly ButtonWords[] {
  const value = stepRef(incident.id, view.step.key, attempt, hash);
  const how = readable(proposal, layOut(proposal), shown);
  return [
    ...(how === 'message' || how === 'file' ? [approveButton(approveLabel(view), value)] : []),
    ...(how === 'missing' || how === 'nowhere'
      ? [{ label: 'Rebuild the request', id: actionIds.retry, value, primary: true as const }]
      : []),
    ...adjustButton(incident, view, value),
    { label: 'See the request', id: actionIds.request, value },
    { label: 'Decline…', id: actionIds.decline, value },
    ...skipButton(view, value),
  ];
}

/** Opens the form for other values, if the action has one. */
export function adjustButton(
  incident: Incident,
  { step, state }: StepView,
  value: string,
): readonly ButtonWords[] {
  if (step.kind !== 'action' || step.action.effect !== 'change' || step.action.adjust === undefined)
    return [];
  if (!hasFields(step, step.action.adjust, incident)) return [];
  // The action's own label may name a choice that was already made.
  const label =
    state.status !== 'proposed' && incident.adjusted[step.key] !== undefined
      ? 'Choose other values'
      : undefined;
  return [
    {
      label: proposalWords(state)?.adjust ?? label ?? step.action.adjust.button,
      id: actionIds.form,
      value,
    },
  ];
}

/** Only for a step that nothing after it needs. */
export function skipButton({ skippable }: StepView, value: string): readonly ButtonWords[] {
  return skippable ? [{ label: 'Skip…', id: actionIds.skip, value }] : [];
}

/** Results of an older version may not be readable. The form then says so, and the message is still shown. */
function hasFields(
  step: Extract<StepView['step'], { kind: 'action' }>,
  { fields }: { readonly fields: (input: unknown) => readonly unknown[] },
  incident: Incident,
): boolean {
  try {
    return fields(step.inputFor(runOf(incident).results)).length > 0;
  } catch {
    return true;
  }
}

function approveLabel({ step, state }: StepView): string {
  const label = step.kind === 'action' && step.action.effect === 'change' ? step.action.button : 'Approve';
  return proposalWords(state)?.button ?? label;
}

function approveButton(label: string, value: string): ButtonWords {
  return {
    label,
    id: actionIds.approve,
    value,
    primary: true,
    confirm:
      'Relight sends the request to AWS exactly as shown above, and records your name in the audit trail.',
  };
}
