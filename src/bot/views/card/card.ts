import { isUnresolved } from '../../../incidents/choose-playbook.ts';
import type { Incident } from '../../../incidents/model/incident.ts';
import type { Playbook } from '../../../playbooks/define.ts';
import { type Block, bold, buttons, header, quote, say, smallQuote } from '../blocks.ts';
import { fitMessage, type Rendered } from '../render-limits.ts';
import { heldLines, silenceBlocks } from '../silence.ts';
import { playbookButtons } from '../step/playbook-buttons.ts';
import { asksPeople, oneLine, type StepView, stepsOf } from '../step-views.ts';
import { escape, line } from '../untrusted.ts';
import { clock, roleWords, signs } from '../words.ts';
import { alarmLines, attemptLines, headline, timeLine } from './card-lines.ts';
import { leftLines, outcomesIn } from './outcomes.ts';

/** The root message of the thread: the failure, the time left, the next move and the progress, in this order. */
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
    ...playbookButtonBlocks(incident, playbook, steps),
    ...stepLines(steps ?? [], incident.closed !== undefined),
    smallQuote(alarmLines(incident)),
    smallQuote(footLine(incident, playbook)),
    ...heldLines(incident, now),
    ...silenceBlocks(incident, now),
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

/** The playbook buttons, if no step's message has them: without a playbook, or if it ended without a recovery. */
function playbookButtonBlocks(
  incident: Incident,
  playbook: Playbook | undefined,
  steps: readonly StepView[] | undefined,
): readonly Block[] {
  if (incident.closed !== undefined || steps?.some(({ current }) => current) === true) return [];
  const list = playbookButtons(incident);
  const stuck = playbook === undefined || steps === undefined || isUnresolved(incident, playbook);
  return stuck && list.length > 0 ? [buttons(list)] : [];
}

/** A line per step that has started; the steps to come and the ones not needed are only named. */
function stepLines(steps: readonly StepView[], closed: boolean): readonly Block[] {
  const waiting = steps.filter(({ state, current }) => state.status === 'waiting' && !current);
  const skipped = steps.filter(({ state }) => state.status === 'skipped');
  return [
    ...steps
      .filter((view) => !waiting.includes(view) && !skipped.includes(view))
      .map((view) => quote(oneLine(view))),
    ...named(signs.skipped, 'Not needed', skipped),
    ...(closed ? [] : named(signs.later, 'Up next', waiting)),
  ];
}

function named(sign: string, word: string, steps: readonly StepView[]): readonly Block[] {
  if (steps.length === 0) return [];
  const titles = new Set(steps.map(({ title }) => line(title, 60)));
  return [quote(`${sign} ${word}: ${[...titles].join(', ')}`)];
}

/** The lines about an incident in lists and in the Home tab. */
export function cardLines(incident: Incident, playbook: Playbook | undefined, now: number): readonly Block[] {
  const move = moveOf(incident, stepsOf(incident, playbook));
  return [
    quote(`${headline(incident, outcomesIn(incident, playbook))} (${incident.id})`),
    say([timeLine(incident, now), ...(move === undefined ? [] : [move])].join('\n')),
    ...heldLines(incident, now),
  ];
}

/** The next move, in markup; empty if there is nothing left to do. */
export function moveLine(incident: Incident, playbook: Playbook | undefined): string {
  return moveOf(incident, stepsOf(incident, playbook)) ?? '';
}

/** Like `moveLine`, for steps that are already known; undefined if there is nothing left to do. */
function moveOf(incident: Incident, steps: readonly StepView[] | undefined): string | undefined {
  if (incident.closed !== undefined) return undefined;
  if (incident.playbook === undefined)
    return `${signs.yours} *Your move:* no playbook handles this failure. Choose one, or say how it ended.`;
  if (steps === undefined)
    return `${signs.yours} *Your move:* a deployment changed the playbook, so Relight stopped here. Choose one, or say how it ended.`;
  const view = steps.find(({ current }) => current);
  if (view === undefined)
    return isEndKnown(incident)
      ? `${signs.working} Relight is closing this incident.`
      : `${signs.yours} *Your move:* the playbook has ended, and training is not confirmed to be running. Choose another playbook, or say how it ended.`;
  if (!asksPeople(view)) return relightsMove(view);
  return `${signs.yours} *${isEndKnown(incident) ? 'Still to do' : 'Your move'}:* ${yourMove(view)}`;
}

function isEndKnown({ recovered, outcome }: Incident): boolean {
  return recovered !== undefined || outcome !== undefined;
}

function yourMove({ state, step, title, unresolved }: StepView): string {
  if (unresolved)
    return 'training is not confirmed to be running. In the thread, choose how to continue, or say how it ended.';
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
    return `${signs.working} Relight is running ${bold(title)}. No action needed.`;
  return `${signs.working} Relight is checking: ${bold(title)}. No action needed yet.`;
}

function footLine(incident: Incident, playbook: Playbook | undefined): string {
  return [
    incident.id,
    incident.region,
    ...(playbook === undefined ? [] : [playbook.title]),
    `${incident.dated ? 'failed' : 'reported by a person'} ${clock(incident.failedAt)}`,
  ]
    .map((part) => line(part, 100))
    .join(' · ');
}

function withoutBold(text: string): string {
  return text.replaceAll('*', '');
}
