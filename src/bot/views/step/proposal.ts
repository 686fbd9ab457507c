import { missingApprovals } from '../../../incidents/model/approvals.ts';
import { currentStep, type Incident } from '../../../incidents/model/incident.ts';
import { type Layout, layOut } from '../../../incidents/request/proposal-layout.ts';
import { stakesIn } from '../../../incidents/stakes.ts';
import type { FilesShown } from '../../../outbox/outbox.ts';
import type { Approval, StepState } from '../../../playbooks/runner.ts';
import type { Proposal } from '../../../ports/step-output.ts';
import { actionIds, stepRef } from '../../ids.ts';
import { type Block, quote, say, sayWithButton, small, smallQuote } from '../blocks.ts';
import type { StepView } from '../step-views.ts';
import { line } from '../untrusted.ts';
import { counted, signs } from '../words.ts';
import { approvalLines, approvedBy, approvedInWords } from './approvals.ts';
import { differences } from './differences.ts';
import { estimateBlocks } from './estimate-lines.ts';
import { type Readable, readable } from './readable.ts';
import { newRequestLine } from './renewed.ts';

type Proposed = Extract<StepState, { status: 'proposed' }>;

/** A request before its approval. */
export function proposedBlocks(
  incident: Incident,
  purpose: string,
  state: Proposed,
  shown: FilesShown,
): readonly Block[] {
  const { proposal, since } = state;
  const layout = layOut(proposal);
  return [
    quote(line(proposal.headline, 400)),
    smallQuote(purpose),
    ...newRequestLine(state),
    ...estimateBlocks(incident, proposal, since),
    ...terms(proposal),
    ...warnings(layout, proposal),
    ...differences(layout, restOf(proposal), 'before'),
    ...approvalLines(state, stakesIn(incident, currentStep(incident) ?? '')),
    ...(missingApprovals(state) > 0 ? whyNoButton(proposal, readable(proposal, layout, shown)) : []),
  ];
}

/** The cost, the caps and what can be undone, below each other: they are sentences, too long for columns. */
function terms({ terms: agreed }: Proposal): readonly Block[] {
  if (agreed === undefined) return [];
  const { price, undo, caps = [] } = agreed;
  return [
    ...(price === undefined ? [] : [quote(`Cost: ${line(price, 500)}`)]),
    smallQuote(
      [
        ...(caps.length === 0 ? [] : [`Uses up: ${caps.map((one) => line(one, 200)).join('; ')}`]),
        line(undo, 500),
      ].join('\n'),
    ),
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

/** The record for later readers of the thread: old and new values, the approvers, and the request. */
export function decidedBlocks(
  incident: Incident,
  { step }: StepView,
  state: {
    readonly attempt: number;
    readonly hash?: string;
    readonly proposal?: Proposal;
    readonly approvals?: readonly Approval[];
    /** False if it was canceled before any of it was sent. */
    readonly sent?: boolean;
  },
): readonly Block[] {
  const { attempt, hash = '', proposal, approvals = [], sent = approvals.length > 0 } = state;
  if (proposal === undefined) return approvedBy(approvals);
  const value = stepRef(incident.id, step.key, attempt, hash);
  const who = approvals.length === 0 ? 'Not approved' : approvedInWords(approvals);
  return [
    ...differences(layOut(proposal), restOf(proposal), sent ? 'after' : 'before'),
    sayWithButton(who, { label: 'See the request', id: actionIds.request, value }),
  ];
}
