import { type Incident, proposalWords } from '../../../incidents/model/incident.ts';
import { type Layout, layOut } from '../../../incidents/request/proposal-layout.ts';
import type { FilesShown } from '../../../outbox/outbox.ts';
import type { Approval, StepState } from '../../../playbooks/runner.ts';
import type { Proposal } from '../../../ports/step-output.ts';
import { actionIds, stepRef } from '../../ids.ts';
import { type Block, type ButtonWords, quote, say, sayWithButton, small, smallQuote } from '../blocks.ts';
import type { StepView } from '../step-views.ts';
import { line } from '../untrusted.ts';
import { counted, signs } from '../words.ts';
import { approvalLines, approvedBy, approvedInWords } from './approvals.ts';
import { differences } from './differences.ts';
import { newRequestLine } from './renewed.ts';

/** A request before its approval, and the record of it that stays in the thread afterwards. */

type Proposed = Extract<StepState, { status: 'proposed' }>;

/** Where people can read the full request: in the message, or in a file that is shown, coming, or cannot be shown. */
type Readable = 'message' | 'file' | 'coming' | 'missing' | 'nowhere';

function readable({ files = [] }: Proposal, { whole }: Layout, shown: FilesShown): Readable {
  if (whole) return 'message';
  if (files.length === 0) return 'nowhere';
  const states = files.map(({ sha256 }) => shown.get(sha256));
  if (states.includes('failed')) return 'missing';
  return states.every((one) => one === 'shown') ? 'file' : 'coming';
}

export function proposedBlocks(purpose: string, state: Proposed, shown: FilesShown): readonly Block[] {
  const { proposal, approvals, needs } = state;
  const layout = layOut(proposal);
  return [
    quote(line(proposal.headline, 400)),
    smallQuote(purpose),
    ...newRequestLine(state),
    ...warnings(layout, proposal),
    ...differences(layout, restOf(proposal), 'before'),
    ...approvalLines(state),
    ...(approvals.length < needs ? whyNoButton(proposal, readable(proposal, layout, shown)) : []),
  ];
}

/** Where to read the part that does not fit into the message. */
function restOf({ files = [] }: Proposal): string {
  const [file] = files;
  return file === undefined ? 'in the full request: press See the request' : `in \`${file.name}\``;
}

function warnings({ warnings: list, hiddenWarnings }: Layout, proposal: Proposal): readonly Block[] {
  return [
    ...list.map((one) => quote(`${signs.warning} ${line(one, 700)}`)),
    ...(hiddenWarnings > 0
      ? [small(`*${signs.warning} … and ${counted(hiddenWarnings, 'more warning')} ${restOf(proposal)}*`)]
      : []),
  ];
}

/** Nobody should approve an unreadable request: the button waits for the file, and the message says so. */
function whyNoButton({ files = [] }: Proposal, how: Readable): readonly Block[] {
  const name = `\`${files[0]?.name ?? 'the file'}\``;
  switch (how) {
    case 'coming':
      return [
        small(
          `The request is too long for this message. It follows in ${name}, together with the approve button.`,
        ),
      ];
    case 'missing':
      return [
        say(
          `${signs.warning} *No approve button:* ${name} could not be uploaded to this thread, so the request is not shown in full. Press *Rebuild the request* to upload it again, or press *See the request*, read every page, and send the command on the last page.`,
        ),
      ];
    case 'nowhere':
      return [
        say(
          `${signs.warning} *No approve button:* the request is too long for this message. Press *Rebuild the request* to get it in full as a file in this thread.`,
        ),
      ];
    default:
      return [];
  }
}

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
  ];
}

/** Opens the form for other values, if the action has one. */
export function adjustButton(
  { adjusted }: Incident,
  { step, state }: StepView,
  value: string,
): readonly ButtonWords[] {
  if (step.kind !== 'action' || step.action.effect !== 'change' || step.action.adjust === undefined)
    return [];
  // The action's own label may name a choice that was already made.
  const label =
    state.status === 'failed' && adjusted[step.key] !== undefined ? 'Choose other values' : undefined;
  return [
    {
      label: proposalWords(state)?.adjust ?? label ?? step.action.adjust.button,
      id: actionIds.form,
      value,
    },
  ];
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

/** The record for later readers of the thread: old and new values, the approvers, and the request. */
export function decidedBlocks(
  incident: Incident,
  { step }: StepView,
  state: {
    readonly attempt: number;
    readonly hash?: string;
    readonly proposal?: Proposal;
    readonly approvals?: readonly Approval[];
  },
): readonly Block[] {
  const { attempt, hash = '', proposal, approvals = [] } = state;
  if (proposal === undefined) return approvedBy(approvals);
  const value = stepRef(incident.id, step.key, attempt, hash);
  const who = approvals.length === 0 ? 'Not approved' : approvedInWords(approvals);
  return [
    ...differences(layOut(proposal), restOf(proposal), approvals.length === 0 ? 'before' : 'after'),
    sayWithButton(who, { label: 'See the request', id: actionIds.request, value }),
  ];
}
