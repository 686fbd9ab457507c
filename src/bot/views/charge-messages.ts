import { clock } from '../../in-words.ts';
import { approvalMs, missingApprovals } from '../../incidents/model/approvals.ts';
import type { Call } from '../../incidents/model/calls/call.ts';
import type { ChargeNote } from '../../incidents/model/charge-states.ts';
import type { EventOf, IncidentEvent } from '../../incidents/model/events.ts';
import { type Incident, stateOf } from '../../incidents/model/incident.ts';
import type { Message } from '../../outbox/outbox.ts';
import { quote, say } from './blocks.ts';
import { called } from './called.ts';
import { scoreInWords } from './drills/drill-words.ts';
import { callBlocks, escalationText } from './escalation-words.ts';
import { helpBlocks } from './help-call.ts';
import { fitMessage, type Rendered } from './render-limits.ts';
import { escape, line, linkedName, mention, nameInMarkup } from './untrusted.ts';
import { counted, roleWords, signs } from './words.ts';

/** The messages in the thread about the incident as a whole: who is in charge, pauses and ends. */
export function chargeMessages(incident: Incident): readonly (Omit<Message, 'renderHash'> & Rendered)[] {
  const { chargeNotes = [] } = incident;
  return chargeNotes.flatMap((note, index) => {
    const text = textOf(note, incident);
    if (text === undefined) return [];
    const urgency = isCall(note.event) ? ('decision' as const) : ('result' as const);
    const why = 'why' in note.event && note.event.why !== undefined ? line(note.event.why, 300) : '';
    const help = note.event.type === 'help-called' ? helpBlocks(incident, note.at) : [];
    const blocks = [say(text), ...(why === '' ? [] : [quote(why)]), ...help, ...callBlocks(note, incident)];
    return [{ key: `charge-${index + 1}`, urgency, ...fitMessage({ blocks, text: plain(text, why) }) }];
  });
}

/** The events that need people to act. */
const calls: ReadonlySet<IncidentEvent['type']> = new Set([
  'take-reminded',
  'attempts-spent',
  'handed-over',
  'escalated',
  'glass-broken',
  'step-reminded',
  'help-called',
  'autopilot-disarmed',
  'autopilot-demoted',
]);

type Words = {
  readonly [T in IncidentEvent['type']]?: (event: EventOf<T>, at: number, incident: Incident) => string;
};

const words: Words = {
  taken: ({ by }) => `${signs.done} ${mention(by.user)} has taken this incident.`,
  'handed-over': ({ to, by }) =>
    by.user === to
      ? `${signs.done} ${mention(to)} has taken this incident.`
      : `${signs.yours} ${mention(to)}, this incident is yours now: ${mention(by.user)} handed it over to you.`,
  'take-reminded': ({ minutes, call }, _, { responder }) =>
    responder === undefined
      ? `${signs.warning} Nobody has taken this incident for ${minutes} min. ${calling(call)}: press *Take* on the card.`
      : `${signs.later} Nobody had taken this incident for ${minutes} min; ${mention(responder.user)} has it now.`,
  paused: ({ by }) => `${signs.paused} ${mention(by.user)} paused this incident.`,
  unpaused: ({ by }) => `${signs.done} ${mention(by.user)} resumed this incident.`,
  'job-took-over': ({ job, by }) =>
    `${signs.later} ${mention(by.user)} named ${nameInMarkup(job)} as the job that took over. Relight follows it to its end.`,
  'follow-ended': ({ job, status }) =>
    status === 'Completed'
      ? `${signs.done} ${nameInMarkup(job)} has completed.`
      : `${signs.broke} ${nameInMarkup(job)}, which had taken over: ${status.toLowerCase()}.`,
  'duplicate-joined': ({ incident: id, job, by }, _, { links }) =>
    `${signs.later} ${mention(by.user)} closed ${linkedName(id, links?.[id])} (${nameInMarkup(job)}) as a duplicate of this incident.`,
  'attempts-spent': ({ attempts, call }) =>
    `${signs.warning} ${counted(attempts, 'attempt')} did not last, so Relight proposes no more by itself. ${calling(call)}: find out why, then press *Try once more* on the card, choose another playbook, or close the incident.`,
  escalated: (event, at, incident) => escalationText({ event, at }, incident, calling(event.call)),
  'attempt-allowed': ({ by }) => `${signs.done} ${mention(by.user)} allowed one more attempt.`,
  'glass-broken': ({ by, until, call }) =>
    `${signs.broke} *Break-glass:* until ${clock(until)}, ${mention(by.user)} may make one change without the needed approvers. ${calling(call, 'Leads')}: look at it now. The caps and all checks still hold.`,
  'step-reminded': reminderText,
  'help-called': ({ by, call }) => `${signs.yours} ${calling(call)}: ${mention(by.user)} calls for help.`,
  'autopilot-held': ({ by }) =>
    `${signs.no} ${mention(by.user)} held what Autopilot was about to approve. People approve it now.`,
  'autopilot-disarmed': () => `${signs.yours} Autopilot leaves the request to people: it needs approval.`,
  'autopilot-approved': ({ mode }) =>
    `${signs.done} Autopilot approved the request, as relight.yaml says${mode === 'veto' ? ': nobody held it in time' : ' (auto)'}. *Cancel…* above stops it.`,
  'autopilot-demoted': () =>
    `${signs.warning} A change that Autopilot had approved failed. In this tier it only suggests this step from now on, until a lead resets it: \`/relight autopilot\` shows how.`,
  'drill-scored': ({ score }) => scoreInWords(score),
  reopened: ({ by }) =>
    `${signs.broke} ${by === undefined ? 'Relight' : mention(by.user)} reopened this incident.`,
  closed: ({ by }, _, { closed, links }) => {
    const who = by === undefined ? 'Relight' : mention(by.user);
    const into =
      closed?.into === undefined ? '' : ` It continues in ${linkedName(closed.into, links?.[closed.into])}.`;
    return `${signs.done} ${who} closed this incident.${into}`;
  },
};

/** The people who asked for the request cannot approve it, but they can ask someone else to. */
function reminderText(
  { step, attempt, call, asked }: EventOf<'step-reminded'>,
  _at: number,
  incident: Incident,
): string {
  const state = stateOf(incident, step);
  const waits = state.status === 'proposed' && state.attempt === attempt && incident.closed === undefined;
  if (!waits || missingApprovals(state) === 0)
    return `${signs.later} A request was waiting for approval; the approvers were called again.`;
  const lapsing = state.approvals.map(
    ({ by, at }) => `${mention(by)}’s approval lapses at ${clock(at + approvalMs)}.`,
  );
  const others = asked.length === 0 ? '' : ` (asked for by ${asked.map(mention).join(', ')})`;
  return [
    `${signs.yours} ${calling(call, 'Approvers')}: a request${others} still waits for approval by ${roleWords[state.role]}.`,
    ...lapsing,
    'Read it in its message in this thread, and approve or decline it there.',
  ].join(' ');
}

function textOf({ event, at }: ChargeNote, incident: Incident): string | undefined {
  // The table's function for an event type takes the event of that type.
  const say = words[event.type] as
    | ((event: IncidentEvent, at: number, incident: Incident) => string)
    | undefined;
  const text = say?.(event, at, incident);
  return text && `${text} _${clock(at)}_`;
}

function isCall({ type }: IncidentEvent): boolean {
  return calls.has(type);
}

function calling(call: Call, others = 'Responders'): string {
  return called(call).join(' ') || others;
}

/** For notifications, which show no markup. */
function plain(text: string, why: string): string {
  const words = text
    .replace(/<[^|<>]*\|([^<>]*)>/g, '$1')
    .replace(/<[@!](?:subteam\^)?([A-Z0-9]+)>/g, '@$1')
    .replaceAll(/[*_]/g, '');
  return [words, escape(why)].filter(Boolean).join('\n');
}
