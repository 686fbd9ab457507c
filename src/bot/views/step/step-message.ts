import { type Incident, proposalWords } from '../../../incidents/model/incident.ts';
import type { FilesShown } from '../../../outbox/outbox.ts';
import type { StepState } from '../../../playbooks/runner.ts';
import { actionIds, stepCommand, stepRef } from '../../ids.ts';
import {
  type Block,
  type ButtonWords,
  bold,
  buttons,
  facts,
  quote,
  say,
  small,
  smallQuote,
} from '../blocks.ts';
import { fitMessage, isWholeMessage, type Rendered } from '../render-limits.ts';
import { asksPeople, notFinished, oneLine, reportOf, type StepView, signOf } from '../step-views.ts';
import { escape, line, mention } from '../untrusted.ts';
import { clock } from '../words.ts';
import { playbookButtons } from './playbook-buttons.ts';
import { adjustButton, decidedBlocks, proposalButtons, proposedBlocks } from './proposal.ts';
import { renewedLine } from './renewed.ts';

/** The message of a step: its purpose, its progress and its result. It has buttons only while it waits for people. */
export function stepMessage(incident: Incident, view: StepView, shown: FilesShown = new Map()): Rendered {
  const { all, kept } = contentOf(incident, view, shown);
  const command = stepCommand(incident.id, view.step.key, view.state);
  return fitMessage({
    blocks: [
      ...all,
      ...(kept.length === 0 ? [] : [buttons(kept)]),
      ...(kept.some(({ id }) => id === actionIds.approve) ? [commandInstead(command)] : []),
    ],
    text: escape(oneLine(view)) + (kept.length === 0 ? '' : `\nPress the button, or send ${command}`),
  });
}

function contentOf(
  incident: Incident,
  view: StepView,
  shown: FilesShown,
): { readonly all: readonly Block[]; readonly kept: readonly ButtonWords[] } {
  const asked = asksPeople(view) ? buttonsOf(incident, view, shown) : [];
  const all = [
    say(`${signOf(view)} ${bold(view.title)}  ·  step ${view.place} of ${view.of}${inPlaybook(view)}`),
    ...bodyOf(incident, view, shown),
  ];
  const withButtons = asked.length === 0 ? all : [...all, buttons(asked)];
  // If Slack would cut the message, the request is not shown in full, so it cannot be approved here.
  const kept = isWholeMessage(withButtons) ? asked : asked.filter(({ id }) => id !== actionIds.approve);
  return { all, kept };
}

/** Whether the thread shows the full request, and so the approve button. */
export function showsWhole(incident: Incident, view: StepView, shown: FilesShown): boolean {
  return contentOf(incident, view, shown).kept.some(({ id }) => id === actionIds.approve);
}

/** For the day when buttons fail. The command names the request above and approves no other. */
function commandInstead(command: string): Block {
  return small(`To approve exactly this request without the button: \`${command}\``);
}

/** Names the playbook if the incident has had more than one, because their steps can have the same names. */
export function inPlaybook({ playbook }: StepView): string {
  return playbook === undefined ? '' : ` of ${escape(line(playbook, 80))}`;
}

const unresolvedWords =
  'Training is not confirmed to be running. The clock keeps running until Relight sees it training again, or someone says how it ended.';

function bodyOf(incident: Incident, view: StepView, shown: FilesShown): readonly Block[] {
  return view.unresolved
    ? [quote(unresolvedWords), smallQuote(`After that: ${purposeOf(view)}`)]
    : bodyIn(incident, view, shown);
}

function bodyIn(incident: Incident, view: StepView, shown: FilesShown): readonly Block[] {
  const { state } = view;
  switch (state.status) {
    case 'waiting':
      return [...renewedLine(view), quote(purposeOf(view))];
    case 'working':
      return view.over ? [quote(notFinished)] : [quote(line(state.note, 500)), smallQuote(purposeOf(view))];
    case 'proposed':
      return proposedBlocks(purposeOf(view), state, shown);
    case 'changing':
      return [
        quote(line(state.proposal.headline, 400)),
        quote(line(state.note ?? 'In progress.', 500)),
        ...decidedBlocks(incident, view, state),
      ];
    case 'done':
      return done(incident, view, state);
    case 'skipped':
      return [quote(`Skipped: ${line(state.reason, 400)}`)];
    case 'failed':
      return [
        quote(line(state.says, 1_500)),
        ...nextAfter(view, state),
        ...decidedBlocks(incident, view, state),
      ];
    default:
      return state satisfies never;
  }
}

/** A failed step only says what to do next while it is the current step. */
function nextAfter(
  { current, replaced }: StepView,
  { next }: Extract<StepState, { status: 'failed' }>,
): readonly Block[] {
  if (replaced) return [quote('Another playbook has since taken over.')];
  return current ? [say(`*Next:* ${escape(line(next, 500))}`)] : [];
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
  const by = state.by === undefined ? [] : [small(`By ${mention(state.by)} at ${clock(state.at)}`)];
  return [...resultBlocks(view, state), ...decidedBlocks(incident, view, state), ...by];
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
    ...facts(report.facts ?? []),
    ...(rest.length === 0 ? [] : [smallQuote(rest.join('\n'))]),
  ];
}

function buttonsOf(incident: Incident, view: StepView, shown: FilesShown): readonly ButtonWords[] {
  const { step, state, unresolved } = view;
  if (unresolved) return playbookButtons(incident);
  const ref = (attempt: number): string => stepRef(incident.id, step.key, attempt);
  if (state.status === 'failed')
    return [
      { label: 'Try again', id: actionIds.retry, value: ref(state.attempt), primary: true },
      ...adjustButton(incident, view, ref(state.attempt)),
      ...playbookButtons(incident, state),
    ];
  if (state.status === 'proposed') return proposalButtons(incident, view, state, shown);
  const label = step.kind === 'manual' ? step.manual.button : 'Answer';
  return [{ label, id: actionIds.form, value: ref('attempt' in state ? state.attempt : 1), primary: true }];
}
