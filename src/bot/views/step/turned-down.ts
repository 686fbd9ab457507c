import { clock } from '../../../in-words.ts';
import { missingApprovals } from '../../../incidents/model/approvals.ts';
import type { Incident } from '../../../incidents/model/incident.ts';
import type { StepState } from '../../../playbooks/runner.ts';
import { executionNameIn } from '../../../ports/state-machines/execution-names.ts';
import { actionIds, stepRef } from '../../ids.ts';
import { type Block, type ButtonWords, quote, say } from '../blocks.ts';
import type { StepView } from '../step-views.ts';
import { line, mention } from '../untrusted.ts';
import { signs } from '../words.ts';
import { playbookButtons } from './playbook-buttons.ts';
import { decidedBlocks } from './proposal.ts';
import { adjustButton, skipButton } from './proposal-buttons.ts';

/** A request that people said no to, a change that they canceled, and the buttons for both. */

type TurnedDown = Extract<StepState, { status: 'declined' | 'canceled' }>;
type Changing = Extract<StepState, { status: 'changing' }>;

export function turnedDownBlocks(incident: Incident, view: StepView, state: TurnedDown): readonly Block[] {
  const who = `${signs.no} ${state.status === 'declined' ? 'Declined' : 'Canceled'} by ${mention(state.by)} at ${clock(state.at)}.`;
  return [
    ...(state.proposal === undefined ? [] : [quote(line(state.proposal.headline, 400))]),
    ...(state.status === 'declined'
      ? [say(`${who} Nothing was sent to AWS.`), quote(`Reason: ${line(state.reason, 500)}`)]
      : [say(who), quote(line(state.says, 1_000))]),
    ...(view.current ? [say(`*Next:* ${nextIn(state)}`)] : []),
    ...decidedBlocks(incident, view, state),
  ];
}

function nextIn(state: TurnedDown): string {
  if (state.status === 'canceled' && state.running !== undefined)
    return isExecution(state.running)
      ? 'the execution still runs. Stop it, which needs approval, or keep it and continue with it.'
      : 'the job costs money while it runs. Stop it, which needs approval, or keep it and continue with it.';
  return 'build another request, choose another playbook, or say how it ended.';
}

function isExecution(running: string): boolean {
  return executionNameIn(running) !== undefined;
}

export function turnedDownButtons(
  incident: Incident,
  view: StepView,
  state: TurnedDown,
): readonly ButtonWords[] {
  const value = stepRef(incident.id, view.step.key, state.attempt);
  if (state.status === 'canceled' && state.running !== undefined)
    return [
      {
        label: isExecution(state.running) ? 'Stop the execution…' : 'Stop the job…',
        id: actionIds.stopJob,
        value,
      },
      ...keepButton(state, value),
      ...playbookButtons(incident),
    ];
  return [
    ...keepButton(state, value),
    ...adjustButton(incident, view, value),
    { label: 'Build a new request', id: actionIds.retry, value },
    ...skipButton(view, value),
    ...backButton(view, value),
    ...playbookButtons(incident, { code: 'declined' }),
  ];
}

/** For a change that was complete before it could be canceled. */
function keepButton(state: TurnedDown, value: string): readonly ButtonWords[] {
  return state.status === 'canceled' && state.result !== undefined
    ? [{ label: 'Keep it', id: actionIds.keep, value }]
    : [];
}

/** Opens the list of earlier steps, if there is one to go back to. */
export function backButton({ waysBack }: StepView, value: string): readonly ButtonWords[] {
  return waysBack ? [{ label: 'Go back…', id: actionIds.goBack, value }] : [];
}

/** For a change that is approved, until it has ended. */
export function cancelButton(incident: Incident, { step, state, current }: StepView): readonly ButtonWords[] {
  const runs = state.status === 'changing' || (state.status === 'proposed' && missingApprovals(state) === 0);
  if (!current || !runs || (state.status === 'changing' && state.canceling !== undefined)) return [];
  return [
    {
      label: 'Cancel…',
      id: actionIds.cancel,
      value: stepRef(incident.id, step.key, state.attempt, state.hash),
      confirmLabel: 'Cancel the change',
      confirm:
        'Relight sends nothing more for it. A call that AWS already has cannot be taken back: the thread will say what exists there, and what still runs.',
    },
  ];
}

export function cancelingLine({ canceling }: Changing): readonly Block[] {
  if (canceling === undefined) return [];
  return [
    say(
      `${signs.no} ${mention(canceling)} asked to cancel it. Relight sends nothing more and is finding out what exists in AWS.`,
    ),
  ];
}
