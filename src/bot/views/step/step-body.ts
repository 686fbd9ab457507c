import { clock } from '../../../in-words.ts';
import { type Incident, proposalWords } from '../../../incidents/model/incident.ts';
import type { FilesShown } from '../../../outbox/outbox.ts';
import type { StepState } from '../../../playbooks/runner.ts';
import { type SeenBefore, seenInWords } from '../../../ports/history/seen-before.ts';
import { type Block, facts, quote, say, small, smallQuote } from '../blocks.ts';
import type { StepView } from '../step-views.ts';
import { notFinished, reportOf } from '../step-words.ts';
import { escape, line, mention } from '../untrusted.ts';
import { suggestedLine } from './autopilot-message.ts';
import { suggestedTimes } from './estimate-lines.ts';
import { offerBlocks } from './offers.ts';
import { decidedBlocks, proposedBlocks } from './proposal.ts';
import { renewedLine } from './renewed.ts';
import { cancelingLine, turnedDownBlocks } from './turned-down.ts';

const unresolvedWords =
  'Training is not confirmed to be running. The clock keeps running until Relight sees it training again, or someone says how it ended.';

/** The purpose, the progress and the result of a step, below its title. */
export function bodyOf(incident: Incident, view: StepView, shown: FilesShown): readonly Block[] {
  return view.unresolved
    ? [quote(unresolvedWords), smallQuote(`After that: ${purposeOf(view)}`)]
    : bodyIn(incident, view, shown);
}

function bodyIn(incident: Incident, view: StepView, shown: FilesShown): readonly Block[] {
  const { state } = view;
  switch (state.status) {
    case 'waiting':
      return [...renewedLine(view), quote(purposeOf(view)), ...offerBlocks(incident, view)];
    case 'working':
      return workingBlocks(view, state.note);
    case 'proposed':
      return [...proposedBlocks(incident, purposeOf(view), state, shown), ...suggestedLine(incident, view)];
    case 'changing':
      return [
        quote(line(state.proposal.headline, 400)),
        ...cancelingLine(state),
        quote(progressOf(state)),
        ...decidedBlocks(incident, view, state),
      ];
    case 'done':
      return done(incident, view, state);
    case 'skipped':
      return [quote(`Skipped: ${line(state.reason, 400)}`), ...byLine(state)];
    case 'declined':
    case 'canceled':
      return turnedDownBlocks(incident, view, state);
    case 'failed':
      return [
        quote(line(state.says, 1_500)),
        ...nextAfter(incident, view, state),
        // The request may have failed before or after AWS had it, so it is shown as asked for, not as changed.
        ...decidedBlocks(incident, view, { ...state, sent: false }),
      ];
    default:
      return state satisfies never;
  }
}

function workingBlocks(view: StepView, note: string): readonly Block[] {
  return view.over ? [quote(notFinished)] : [quote(line(note, 500)), smallQuote(purposeOf(view))];
}

function progressOf({ note = 'In progress.' }: Extract<StepState, { status: 'changing' }>): string {
  return line(note, 500);
}

function byLine({ by, at }: { readonly by?: string; readonly at: number }): readonly Block[] {
  return by === undefined ? [] : [small(`By ${mention(by)} at ${clock(at)}`)];
}

/** A failed step only says what to do next while it is the current step. */
function nextAfter(
  incident: Incident,
  { current, replaced }: StepView,
  failure: Extract<StepState, { status: 'failed' }>,
): readonly Block[] {
  if (replaced) return [quote('Another playbook has since taken over.')];
  if (!current) return [];
  return [say(`*Next:* ${escape(line(failure.next, 500))}`), ...suggestedTimes(incident, failure)];
}

function purposeOf({ step, state }: StepView): string {
  const does = step.kind === 'action' ? step.action.does : step.manual.asks;
  return line(proposalWords(state)?.does ?? does, 600);
}

function done(
  incident: Incident,
  view: StepView,
  state: Extract<StepState, { status: 'done' }>,
): readonly Block[] {
  return [...resultBlocks(view, state), ...decidedBlocks(incident, view, state), ...byLine(state)];
}

function resultBlocks(
  { step }: StepView,
  { result, at }: Extract<StepState, { status: 'done' }>,
): readonly Block[] {
  const report = reportOf(step, result);
  if (report === undefined)
    return [
      small(`Done at ${clock(at)}. An earlier version of Relight wrote the result, so it is not shown.`),
    ];
  const rest = (report.lines ?? []).map((one) => `• ${line(one, 300)}`);
  return [
    quote(line(report.headline, 500)),
    ...(report.seenBefore === undefined ? [] : [seenLine(report.seenBefore)]),
    ...facts(report.facts ?? []),
    ...(rest.length === 0 ? [] : [smallQuote(rest.join('\n'))]),
  ];
}

/** The id of the last incident leads to its thread. */
function seenLine(seen: SeenBefore): Block {
  const { incident, link } = seen.last;
  const words = escape(line(seenInWords(seen), 400));
  const isLink = link !== undefined && /^https?:\/\/[^\s<>|]{1,500}$/.test(link);
  return say(isLink ? words.replace(incident, () => `<${link}|${incident}>`) : words);
}
