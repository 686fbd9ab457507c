import type { Incident } from '../../../incidents/model/incident.ts';
import type { FilesShown } from '../../../outbox/outbox.ts';
import { actionIds, stepCommand, stepRef } from '../../ids.ts';
import { type Block, type ButtonWords, bold, buttons, say, small } from '../blocks.ts';
import { fitMessage, isWholeMessage, type Rendered } from '../render-limits.ts';
import { asksPeople, type StepView } from '../step-views.ts';
import { oneLine, signOf } from '../step-words.ts';
import { escape, line } from '../untrusted.ts';
import { offerButtons } from './offers.ts';
import { playbookButtons } from './playbook-buttons.ts';
import { adjustButton, proposalButtons, skipButton } from './proposal-buttons.ts';
import { bodyOf } from './step-body.ts';
import { backButton, cancelButton, turnedDownButtons } from './turned-down.ts';

/** The message of a step: its purpose, its progress and its result. It has buttons only while it waits for people. */
export function stepMessage(incident: Incident, view: StepView, shown: FilesShown = new Map()): Rendered {
  const { all, kept } = contentOf(incident, view, shown);
  const command = stepCommand(incident.id, view.step.key, view.state);
  return fitMessage({
    blocks: [
      ...all,
      ...(kept.length === 0 ? [] : [buttons(kept)]),
      // For the day when buttons fail. The command names the request above and approves no other.
      ...(kept.some(isApproval)
        ? [small(`To approve exactly this request without the button: \`${command}\``)]
        : []),
    ],
    text: escape(oneLine(view)) + (kept.length === 0 ? '' : `\nPress the button, or send ${command}`),
  });
}

function contentOf(
  incident: Incident,
  view: StepView,
  shown: FilesShown,
): { readonly all: readonly Block[]; readonly kept: readonly ButtonWords[] } {
  const asked = asksPeople(view) ? buttonsOf(incident, view, shown) : cancelButton(incident, view);
  const all = [
    say(`${signOf(view)} ${bold(view.title)}  ·  step ${view.place} of ${view.of}${inPlaybook(view)}`),
    ...bodyOf(incident, view, shown),
  ];
  const withButtons = asked.length === 0 ? all : [...all, buttons(asked)];
  // If Slack would cut the message, the request is not shown in full, so it cannot be approved here.
  const kept = isWholeMessage(withButtons) ? asked : asked.filter((one) => !isApproval(one));
  return { all, kept };
}

/** Whether the thread shows the full request, and so the approve button. */
export function showsWhole(incident: Incident, view: StepView, shown: FilesShown): boolean {
  return contentOf(incident, view, shown).kept.some(isApproval);
}

function isApproval({ id }: ButtonWords): boolean {
  return id === actionIds.approve;
}

/** Names the playbook if the incident has had more than one, because their steps can have the same names. */
export function inPlaybook({ playbook }: StepView): string {
  return playbook === undefined ? '' : ` of ${escape(line(playbook, 80))}`;
}

function buttonsOf(incident: Incident, view: StepView, shown: FilesShown): readonly ButtonWords[] {
  const { step, state, unresolved } = view;
  if (unresolved) return playbookButtons(incident);
  const ref = (attempt: number): string => stepRef(incident.id, step.key, attempt);
  if (state.status === 'declined' || state.status === 'canceled')
    return turnedDownButtons(incident, view, state);
  if (state.status === 'failed')
    return [
      { label: 'Try again', id: actionIds.retry, value: ref(state.attempt), primary: true },
      ...adjustButton(incident, view, ref(state.attempt)),
      ...(state.code === 'no-checkpoint'
        ? [{ label: 'Name the folder', id: actionIds.nameFolder, value: ref(state.attempt) }]
        : []),
      ...skipButton(view, ref(state.attempt)),
      ...backButton(view, ref(state.attempt)),
      ...playbookButtons(incident, state),
    ];
  if (state.status === 'proposed') return proposalButtons(incident, view, state, shown);
  const label = step.kind === 'manual' ? step.manual.button : 'Answer';
  const attempt = 'attempt' in state ? state.attempt : 1;
  return [
    ...offerButtons(incident, view, attempt),
    { label, id: actionIds.form, value: ref(attempt), primary: true },
    ...skipButton(view, ref(attempt)),
  ];
}
