import { attemptsOnCause, isOutOfAttempts } from '../../../incidents/charge/attempt-budget.ts';
import { missingApprovals } from '../../../incidents/model/approvals.ts';
import { type Incident, isEndKnown } from '../../../incidents/model/incident.ts';
import { type Stakes, stakesIn } from '../../../incidents/stakes.ts';
import type { Playbook } from '../../../playbooks/define.ts';
import type { Approval, StepState } from '../../../playbooks/runner.ts';
import { bold } from '../blocks.ts';
import { asksPeople, type StepView, stepsOf } from '../step-views.ts';
import { escape, line, mention } from '../untrusted.ts';
import { counted, roleWords, signs } from '../words.ts';
import { lostMove } from './config-messages.ts';

/** The next move, in markup; empty if there is nothing left to do. */
export function moveLine(incident: Incident, playbook: Playbook | undefined): string {
  return moveOf(incident, stepsOf(incident, playbook)) ?? '';
}

/** Like `moveLine`, for steps that are already known; undefined if there is nothing left to do. */
export function moveOf(incident: Incident, steps: readonly StepView[] | undefined): string | undefined {
  if (incident.closed !== undefined) return undefined;
  const stopped = stoppedByPeople(incident);
  if (stopped !== undefined) return stopped;
  if (incident.playbook === undefined)
    return `${signs.yours} *Your move:* no playbook handles this failure. Choose one, or say how it ended.`;
  if (steps === undefined) return lostMove(incident);
  const view = steps.find(({ current }) => current);
  if (view === undefined)
    return isEndKnown(incident)
      ? `${signs.working} Relight is closing this incident.`
      : `${signs.yours} *Your move:* the playbook has ended, and training is not confirmed to be running. Choose another playbook, or say how it ended.`;
  if (!asksPeople(view)) return relightsMove(view);
  return `${signs.yours} *${isEndKnown(incident) ? 'Still to do' : 'Your move'}:* ${yourMove(incident, view)}`;
}

/** The line above it says who paused the incident. */
function stoppedByPeople(incident: Incident): string | undefined {
  if (incident.paused !== undefined)
    return `${signs.yours} *Your move:* press *Resume* to continue where it was.`;
  return isOutOfAttempts(incident) && !isEndKnown(incident) ? outOfAttempts(incident) : undefined;
}

function outOfAttempts(incident: Incident): string {
  const many = counted(attemptsOnCause(incident), 'attempt');
  return `${signs.yours} *Your move:* ${many} did not last, so Relight proposes no more. Press *Try once more*, choose another playbook, or close the incident.`;
}

function yourMove(incident: Incident, { state, step, title, unresolved }: StepView): string {
  if (unresolved)
    return 'training is not confirmed to be running. In the thread, choose how to continue, or say how it ended.';
  if (state.status === 'proposed')
    return `approve ${bold(title)} in the thread (${approvers(state, stakesIn(incident, step.key))}).`;
  if (state.status === 'failed') return `${bold(title)} failed. ${escape(line(state.next, 300))}`;
  if (state.status === 'declined')
    return `${bold(title)} was declined. In the thread, choose how to continue, or say how it ended.`;
  if (state.status === 'canceled')
    return state.running === undefined
      ? `${bold(title)} was canceled. In the thread, choose how to continue, or say how it ended.`
      : `${bold(title)} was canceled after its job had been launched. In the thread, stop that job or keep it.`;
  const button = step.kind === 'manual' ? step.manual.button : title;
  return `press ${bold(button)} in the thread.`;
}

function approvers(state: Extract<StepState, { status: 'proposed' }>, stakes: Stakes): string {
  const missing = missingApprovals(state);
  const who = missing === 1 ? roleWords[state.role] : `${missing} people, each ${roleWords[state.role]}`;
  const own = state.others === undefined ? [] : [...stakes.keys()];
  return own.length === 0 ? who : `${who} other than ${own.map(mention).join(' or ')}`;
}

function relightsMove({ step, state, title }: StepView): string {
  const changes = step.kind === 'action' && step.action.effect === 'change';
  if (state.status === 'changing' && state.canceling !== undefined)
    return `${signs.working} Relight is canceling ${bold(title)} and finding out what exists in AWS.`;
  if (changes && (state.status === 'proposed' || state.status === 'changing'))
    return `${signs.working} Relight is running ${bold(title)}${startedBy(state)}. No action needed.`;
  return `${signs.working} Relight is checking: ${bold(title)}. No action needed yet.`;
}

/** The people whose approval started the change. */
function startedBy({ approvals }: { readonly approvals: readonly Approval[] }): string {
  return approvals.length === 0
    ? ''
    : `, approved by ${approvals.map(({ by }) => mention(by)).join(' and ')}`;
}
