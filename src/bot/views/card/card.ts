import type { Incident } from '../../../incidents/model/incident.ts';
import { isUnresolved } from '../../../incidents/unresolved.ts';
import type { Playbook } from '../../../playbooks/define.ts';
import { type Block, bold, buttons, header, quote, say, smallQuote } from '../blocks.ts';
import { fitMessage, type Rendered } from '../render-limits.ts';
import { heldLines, snoozeBlocks } from '../snooze.ts';
import { wayButtons } from '../step/choose-playbook.ts';
import { asksPeople, oneLine, type StepView, stepsOf } from '../step-views.ts';
import { escape, line } from '../untrusted.ts';
import { clock, roleWords, signs } from '../words.ts';
import { alarmLines, attemptLines, headline, timeLine } from './card-lines.ts';
import { leftLines, outcomesIn } from './outcomes.ts';

/** The root message: what broke, how long is left, whose move it is, how far the steps are. In this order. */
export function card(incident: Incident, playbook: Playbook | undefined, now: number): Rendered {
  const steps = stepsOf(incident, playbook);
  const move = moveOf(incident, steps);
  const time = timeLine(incident, now);
  const end = incident.recovered?.how ?? incident.outcome?.says ?? incident.closed?.why;
  const outcomes = outcomesIn(incident, playbook);
  const blocks: Block[] = [
    header(headline(incident, outcomes)),
    say(time),
    ...attemptLines(incident),
    ...(end === undefined ? [] : [quote(line(end, 300))]),
    ...leftLines(outcomes),
    ...(move === undefined ? [] : [say(move)]),
    ...wayBlocks(incident, playbook, steps),
    ...stepLines(steps ?? [], incident.closed !== undefined),
    smallQuote(alarmLines(incident)),
    smallQuote(footLine(incident, playbook)),
    ...heldLines(incident, now),
    ...snoozeBlocks(incident, now),
  ];
  return fitMessage({
    blocks,
    text: [
      escape(headline(incident, outcomes)),
      withoutBold(time),
      move === undefined ? '' : withoutBold(move),
    ]
      .filter(Boolean)
      .join('\n'),
  });
}

/** Where no step's message has the buttons: without a playbook, and where it is over but training is not back. */
function wayBlocks(
  incident: Incident,
  playbook: Playbook | undefined,
  steps: readonly StepView[] | undefined,
): readonly Block[] {
  if (incident.closed !== undefined || steps?.some(({ current }) => current) === true) return [];
  const list = wayButtons(incident);
  const stands = playbook === undefined || steps === undefined || isUnresolved(incident, playbook);
  return stands && list.length > 0 ? [buttons(list)] : [];
}

/** A line for each step that anything can be said about; those to come and those not needed are only named. */
function stepLines(steps: readonly StepView[], closed: boolean): readonly Block[] {
  const waiting = steps.filter(({ state, current }) => state.status === 'waiting' && !current);
  const skipped = steps.filter(({ state }) => state.status === 'skipped');
  return [
    ...steps
      .filter((view) => !waiting.includes(view) && !skipped.includes(view))
      .map((view) => quote(oneLine(view))),
    ...named(signs.skipped, 'Not needed', skipped),
    ...(closed ? [] : named(signs.later, 'Then', waiting)),
  ];
}

function named(sign: string, word: string, steps: readonly StepView[]): readonly Block[] {
  if (steps.length === 0) return [];
  const titles = new Set(steps.map(({ title }) => line(title, 60)));
  return [quote(`${sign} ${word}: ${[...titles].join(', ')}`)];
}

/** The two lines by which lists and the Home tab show an incident. */
export function cardLines(incident: Incident, playbook: Playbook | undefined, now: number): readonly Block[] {
  const move = moveOf(incident, stepsOf(incident, playbook));
  return [
    quote(`${headline(incident, outcomesIn(incident, playbook))} (${incident.id})`),
    say([timeLine(incident, now), ...(move === undefined ? [] : [move])].join('\n')),
    ...heldLines(incident, now),
  ];
}

/** Whose move it is, in markup; empty when there is nothing more to do. */
export function moveLine(incident: Incident, playbook: Playbook | undefined): string {
  return moveOf(incident, stepsOf(incident, playbook)) ?? '';
}

/** The same for steps that are known already; undefined when there is nothing more to do. */
function moveOf(incident: Incident, steps: readonly StepView[] | undefined): string | undefined {
  if (incident.closed !== undefined) return undefined;
  if (incident.playbook === undefined)
    return `${signs.yours} *Your move:* no playbook handles this failure. Choose one, or say how it ended.`;
  if (steps === undefined)
    return `${signs.yours} *Your move:* a deployment has changed the playbook, so Relight stopped here. Choose one, or say how it ended.`;
  const view = steps.find(({ current }) => current);
  if (view === undefined)
    return isEndKnown(incident)
      ? `${signs.working} Relight is closing this.`
      : `${signs.yours} *Your move:* the playbook is over and training is not known to be back. Choose another one, or say how it ended.`;
  if (!asksPeople(view)) return relightsMove(view);
  return `${signs.yours} *${isEndKnown(incident) ? 'Still to do' : 'Your move'}:* ${yourMove(view)}`;
}

function isEndKnown({ recovered, outcome }: Incident): boolean {
  return recovered !== undefined || outcome !== undefined;
}

function yourMove({ state, step, title, unresolved }: StepView): string {
  if (unresolved)
    return 'training is not known to be back. Say in the thread how it goes on, or how it ended.';
  if (state.status === 'proposed') {
    const missing = state.needs - state.approvals.length;
    const who = missing === 1 ? roleWords[state.role] : `${missing} people, each ${roleWords[state.role]}`;
    return `approve ${bold(title)} in the thread (${who}).`;
  }
  if (state.status === 'failed') return `${bold(title)} failed. ${escape(line(state.next, 300))}`;
  const button = step.kind === 'manual' ? step.manual.button : title;
  return `press ${bold(button)} in the thread.`;
}

function relightsMove({ step, state, title }: StepView): string {
  const changes = step.kind === 'action' && step.action.effect === 'change';
  if (changes && (state.status === 'proposed' || state.status === 'changing'))
    return `${signs.working} Relight carries out ${bold(title)}. Nothing to do for you.`;
  return `${signs.working} Relight is looking: ${bold(title)}. Nothing to do for you yet.`;
}

function footLine(incident: Incident, playbook: Playbook | undefined): string {
  return [
    incident.id,
    incident.region,
    ...(playbook === undefined ? [] : [playbook.title]),
    `${incident.dated ? 'broke' : 'named by a person'} ${clock(incident.failedAt)}`,
  ]
    .map((part) => line(part, 100))
    .join(' · ');
}

function withoutBold(text: string): string {
  return text.replaceAll('*', '');
}
