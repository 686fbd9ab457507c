import { clock, minutes } from '../../in-words.ts';
import { type CalledLevel, highestCalled } from '../../incidents/model/calls/escalation-states.ts';
import type { ChargeNote } from '../../incidents/model/charge-states.ts';
import type { EventOf } from '../../incidents/model/events.ts';
import { type Incident, isEndKnown, isOpen } from '../../incidents/model/incident.ts';
import { actionIds, stepRef } from '../ids.ts';
import { type Block, buttons, quote } from './blocks.ts';
import { escape, line, mention } from './untrusted.ts';
import { endWords, signs } from './words.ts';

type Escalated = EventOf<'escalated'>;

interface CallNote {
  readonly event: Escalated;
  readonly at: number;
}

/** The text of a call because the RTO runs out. Only a call that still waits for someone has mentions. */
export function escalationText(note: CallNote, incident: Incident, people: string): string {
  const { event } = note;
  const level = levelOf(note, incident);
  const refused = level?.paged?.refused === undefined ? '' : refusedWords;
  const why = `${reason(event, incident)}${event.number === 1 ? '' : ` (call ${event.number})`}.`;
  if (level !== undefined && waits(level, incident))
    return `${signs.warning} ${why} ${people}: ${request(event)}${refused}`;
  if (level?.acknowledged === undefined) return `${signs.later} ${why}${refused}`;
  const { by, at } = level.acknowledged;
  return `${signs.done} ${why} ${mention(by)} acknowledged it at ${clock(at)}.${refused}`;
}

/** Below a call: why its page was refused, and the button while it waits for someone. */
export function callBlocks({ event, at }: ChargeNote, incident: Incident): readonly Block[] {
  const level = event.type === 'escalated' ? levelOf({ event, at }, incident) : undefined;
  if (level === undefined) return [];
  const refused = level.paged?.refused;
  const value = stepRef(incident.id, level.level, 1);
  return [
    // The tool may answer with anything, so it is never markup.
    ...(refused === undefined ? [] : [quote(`It answered: ${line(refused, 200)}`)]),
    ...(waits(level, incident)
      ? [buttons([{ label: 'Acknowledge', id: actionIds.acknowledge, value, primary: true }])]
      : []),
  ];
}

/** The level, if this was its last call. */
function levelOf({ event, at }: CallNote, { called = [] }: Incident): CalledLevel | undefined {
  return called.find((one) => one.level === event.level && one.at === at);
}

function waits(level: CalledLevel, incident: Incident): boolean {
  const isOver = !isOpen(incident) || isEndKnown(incident);
  return !isOver && level.acknowledged === undefined && level === highestCalled(incident.called);
}

function reason(
  { level, percent, deadline, predictedRecoveryAt }: Escalated,
  { tier, kind }: Incident,
): string {
  const rto = `${escape(line(tier, 40))} RTO`;
  if (percent >= 100) return `*The ${rto} is missed*: ${endWords(kind).due} by ${clock(deadline)}`;
  if (level !== 'predicted' || predictedRecoveryAt === undefined)
    return `*${percent} % of the ${rto} is used*: it ends at ${clock(deadline)}`;
  const late = minutes((predictedRecoveryAt - deadline) / 60_000);
  return `*The ${rto} will probably be missed*: recovery is expected at ${clock(predictedRecoveryAt)}, ${late} after it ends at ${clock(deadline)}`;
}

function request({ level }: Escalated): string {
  return level === 'responder'
    ? 'press *Acknowledge* if you are on it, or ask for help here.'
    : 'press *Acknowledge* once you are on it.';
}

const refusedWords = ` ${signs.warning} The on-call tool refused the page: call people directly.`;
