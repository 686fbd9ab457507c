import { createHash } from 'node:crypto';
import type { Incident } from '../../incidents/model/incident.ts';
import { type FilesShown, type Message, stepMessageKey, type Urgency } from '../../outbox/outbox.ts';
import type { Playbook } from '../../playbooks/define.ts';
import { affectedJobsMessage } from './card/affected-jobs.ts';
import { card } from './card/card.ts';
import { configMessages } from './card/config-messages.ts';
import { chargeMessages } from './charge-messages.ts';
import { closingMessages } from './closing-postmortem.ts';
import { asDrill } from './drills/drill-words.ts';
import { haltMessages } from './halt.ts';
import type { Rendered } from './render-limits.ts';
import { autopilotMessage } from './step/autopilot-message.ts';
import { noteMessage } from './step/note-message.ts';
import { skippedMessage } from './step/skipped-message.ts';
import { stepMessage } from './step/step-message.ts';
import { allSteps, asksPeople, type StepView } from './step-views.ts';

export interface ThreadMessage extends Message, Rendered {}

type PlaybookOf = (id: string) => Playbook | undefined;

/** The messages that the thread should have now: the card, then a message per step that has started. */
export function thread(
  incident: Incident,
  playbookOf: PlaybookOf,
  now: number,
  files: FilesShown = new Map(),
): readonly ThreadMessage[] {
  const messages = messagesOf(incident, playbookOf, now, files);
  return incident.drill === undefined
    ? messages
    : messages.map((message) => ({ ...message, ...asDrill(message) }));
}

function messagesOf(
  incident: Incident,
  playbookOf: PlaybookOf,
  now: number,
  files: FilesShown,
): readonly ThreadMessage[] {
  const steps = allSteps(incident, playbookOf);
  const present = playbookOf(incident.playbook ?? '');
  return [
    // A person who is called to decide reads the card first, so it is as urgent as the decision.
    fingerprinted(
      'card',
      steps.some(asksPeople) ? decisionIn(incident) : 'progress',
      card(incident, present, now),
    ),
    ...(incident.affectedJobs.length === 0
      ? []
      : [fingerprinted('board', 'progress', affectedJobsMessage(incident, present))]),
    ...stepGroups(steps).flatMap((views) => [
      messageOf(incident, views, files),
      ...countdowns(incident, views, now),
      ...notesOn(incident, views, { steps, playbookOf }),
    ]),
    ...chargeMessages(incident).map(({ key, urgency, ...rendered }) => fingerprinted(key, urgency, rendered)),
    ...closingMessages(incident).map(({ key, rendered }) => fingerprinted(key, 'result', rendered)),
    ...configMessages(incident).map(({ key, rendered }) => fingerprinted(key, 'decision', rendered)),
    ...haltMessages(incident).map(({ key, rendered }) => fingerprinted(key, 'decision', rendered)),
  ];
}

/** The countdown of Autopilot, which calls people as a decision does. */
function countdowns(incident: Incident, views: readonly StepView[], now: number): readonly ThreadMessage[] {
  return views.flatMap((view) => {
    const rendered = autopilotMessage(incident, view, now);
    const { step, state } = view;
    if (rendered === undefined || !('attempt' in state)) return [];
    return [fingerprinted(`autopilot-${step.key}-${state.attempt}`, decisionIn(incident), rendered)];
  });
}

/** What people decided about these steps, each in a message of its own. */
function notesOn(
  { notes }: Incident,
  views: readonly StepView[],
  { steps, playbookOf }: { readonly steps: readonly StepView[]; readonly playbookOf: PlaybookOf },
): readonly ThreadMessage[] {
  const keys = views.map(({ step }) => step.key);
  const titleOf = (key: string): string =>
    steps.find(({ step }) => step.key === key)?.title ?? 'an earlier step';
  return notes
    .filter(({ step }) => keys.includes(step))
    .map((note) =>
      fingerprinted(
        `note-${note.number}`,
        'awaited',
        noteMessage(note, titleOf, (id) => playbookOf(id)?.title ?? 'another playbook'),
      ),
    );
}

/** The steps that have started; steps skipped together for one reason share a message. */
function stepGroups(steps: readonly StepView[]): readonly (readonly [StepView, ...StepView[]])[] {
  const groups: [StepView, ...StepView[]][] = [];
  for (const view of steps) {
    if (!hasMessage(view)) continue;
    const last = groups.at(-1);
    if (last !== undefined && isSkippedWith(last[0], view)) last.push(view);
    else groups.push([view]);
  }
  return groups;
}

/** A step that checks again already has a message, and its old text and buttons must be replaced. */
function hasMessage({ state, current }: StepView): boolean {
  return current || state.status !== 'waiting' || state.renewed !== undefined;
}

function isSkippedWith(first: StepView, next: StepView): boolean {
  if (first.state.status !== 'skipped' || next.state.status !== 'skipped') return false;
  return first.state.reason === next.state.reason && first.run === next.run;
}

/** The message of several steps has the key of the first, so that it stays the same message as more are skipped. */
function messageOf(
  incident: Incident,
  [view, ...more]: readonly [StepView, ...StepView[]],
  files: FilesShown,
): ThreadMessage {
  const rendered = more.length === 0 ? stepMessage(incident, view, files) : skippedMessage([view, ...more]);
  return fingerprinted(stepMessageKey(view.step.key), urgencyOf(incident, view), rendered);
}

function urgencyOf(incident: Incident, view: StepView): Urgency {
  const { state } = view;
  if (asksPeople(view)) return decisionIn(incident);
  if (wasJustDecided(state)) return 'awaited';
  return state.status === 'done' || state.status === 'skipped' ? 'result' : 'progress';
}

function decisionIn({ touched }: Incident): Urgency {
  return touched ? 'awaited' : 'decision';
}

/** Its buttons must disappear soon, because the person who clicked is looking at it. */
function wasJustDecided(state: StepView['state']): boolean {
  return state.status === 'proposed' || (state.status === 'changing' && state.note === undefined);
}

/** A rendered message with the hash that tells whether it has to be sent again. */
export function fingerprinted(key: string, urgency: Urgency, rendered: Rendered): ThreadMessage {
  const renderHash = createHash('sha256').update(JSON.stringify(rendered)).digest('hex').slice(0, 16);
  return { key, urgency, renderHash, ...rendered };
}
