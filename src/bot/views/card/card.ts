import { clock } from '../../../in-words.ts';
import { isOutOfAttempts } from '../../../incidents/charge/attempt-budget.ts';
import { isUnresolved } from '../../../incidents/choose-playbook.ts';
import { presentHalt } from '../../../incidents/model/hold-states.ts';
import { currentStep, type Incident, stateOf } from '../../../incidents/model/incident.ts';
import type { Playbook } from '../../../playbooks/define.ts';
import { type Block, buttons, header, quote, say, smallQuote } from '../blocks.ts';
import { haltLines } from '../halt.ts';
import { fitMessage, type Rendered } from '../render-limits.ts';
import { heldLines, silenceBlocks } from '../silence.ts';
import { cardButtons } from '../step/playbook-buttons.ts';
import { type StepView, stepsOf } from '../step-views.ts';
import { oneLine } from '../step-words.ts';
import { escape, line } from '../untrusted.ts';
import { signs } from '../words.ts';
import { alarmLines, attemptLines, headline, timeLine } from './card-lines.ts';
import { chargeLines, responderLine } from './charge-lines.ts';
import { forecastLine, lostLine } from './forecast-line.ts';
import { incidentButtons } from './incident-buttons.ts';
import { moveOf } from './next-move.ts';
import { leftLines, outcomesIn } from './outcomes.ts';

/** The root message of the thread: the failure, the time left, the next move and the progress, in this order. */
export function card(incident: Incident, playbook: Playbook | undefined, now: number): Rendered {
  const steps = stepsOf(incident, playbook);
  const move = waitsForHalt(incident) ? undefined : moveOf(incident, steps);
  const time = timeLine(incident, now);
  const outcomes = outcomesIn(incident, playbook);
  const blocks: Block[] = [
    header(headline(incident, outcomes)),
    say([time, ...forecastLine(incident, now), ...lostLine(incident)].join('\n')),
    ...chargeLines(incident),
    ...haltLines(incident),
    ...attemptLines(incident),
    ...endLines(incident),
    ...leftLines(outcomes),
    ...(move === undefined ? [] : [say(move)]),
    ...playbookButtonBlocks(incident, playbook, steps),
    ...stepLines(steps ?? [], incident.closed !== undefined),
    smallQuote(alarmLines(incident)),
    smallQuote(footLine(incident, playbook)),
    ...heldLines(incident, now),
    ...silenceBlocks(incident, now),
    ...incidentButtons(incident, now),
  ];
  const plain = [time, move ?? ''].map((text) => text.replaceAll('*', ''));
  const text = [escape(headline(incident, outcomes)), ...plain].filter(Boolean).join('\n');
  return fitMessage({ blocks, text });
}

function endLines({ recovered, outcome, closed }: Incident): readonly Block[] {
  const end = recovered?.how ?? outcome?.says ?? closed?.why;
  return end === undefined ? [] : [quote(line(end, 300))];
}

/** An approval cannot be given while all changes are halted, so the card does not ask for one. */
function waitsForHalt(incident: Incident): boolean {
  const step = currentStep(incident);
  return (
    presentHalt(incident) !== undefined && step !== undefined && stateOf(incident, step).status === 'proposed'
  );
}

/** The playbook buttons, if no step's message has them: without a playbook, or if it cannot go on by itself. */
function playbookButtonBlocks(
  incident: Incident,
  playbook: Playbook | undefined,
  steps: readonly StepView[] | undefined,
): readonly Block[] {
  const isStopped = isOutOfAttempts(incident) && incident.paused === undefined;
  const stepHasThem = steps?.some(({ current }) => current) === true && !isStopped;
  if (incident.closed !== undefined || stepHasThem) return [];
  const list = cardButtons(incident, steps !== undefined);
  const cannotGoOn = isStopped || steps === undefined || isUnresolvedIn(incident, playbook);
  return cannotGoOn && list.length > 0 ? [buttons(list)] : [];
}

function isUnresolvedIn(incident: Incident, playbook: Playbook | undefined): boolean {
  return playbook === undefined || isUnresolved(incident, playbook);
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
    say(
      [timeLine(incident, now), ...responderLine(incident), ...(move === undefined ? [] : [move])].join('\n'),
    ),
    ...heldLines(incident, now),
  ];
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
