import { clock } from '../../in-words.ts';
import type { Refusal } from '../../incidents/click-result.ts';
import { executionNameIn } from '../../ports/state-machines/execution-names.ts';
import type { ClickResponse } from '../clicks/click.ts';
import { called } from './called.ts';
import { escape, line, mention } from './untrusted.ts';
import { roleWords, signs } from './words.ts';

const lostText =
  `${signs.warning} Nothing was done: Relight no longer has this incident. Its record was lost, most likely because Redis ` +
  'was emptied or replaced. Check the job in the SageMaker console first: a recovery may be running already. ' +
  'Then `/relight start PLAYBOOK JOB` opens a new incident.';

const recordedWords = {
  approved: 'Approved. Relight is running it now.',
  retried: 'Relight runs the step again. A change needs a new approval.',
  answered: 'Saved. Thank you.',
  'playbook-chosen': 'The playbook has taken over in this thread.',
  'outcome-told': 'Saved. The postmortem questions are next.',
  adjusted: 'Rebuilding the request with these values; it will need approval again.',
  declined: 'Declined. Nothing is sent to AWS, and the people concerned are told in the thread.',
  skipped: 'Skipped. The thread shows who and why.',
  'went-back': 'Going back. The current request is discarded and built again.',
  canceled: 'Canceled. Nothing was launched or changed in AWS.',
  'cancel-asked':
    'Relight sends nothing more for this change. Part of it may be in AWS already; the thread will say what exists there.',
  kept: 'It stays. The playbook continues with it.',
  'stop-asked': 'Relight is building the request that stops it. It needs approval.',
  silenced: 'New threads are silenced. The card shows until when, and a summary follows.',
  'silence-ended': 'New threads are shown again; the ones held back follow within 30 seconds.',
  'let-through': 'Its thread is being opened in the channel.',
  taken: 'You are the responder of this incident.',
  'handed-over': 'Handed over. The new responder is mentioned in the thread.',
  paused: 'Paused. No new step starts until someone resumes it; the clock still runs.',
  unpaused: 'Resumed. It continues where it was.',
  followed: 'Saved. Relight follows that job, and the clock stops once it trains.',
  'incident-closed': 'The incident is closed.',
  'incident-reopened': 'Reopened in the same thread and on the same clock.',
  'escalation-acknowledged': 'Acknowledged. This call is not repeated; the next level still calls.',
  'attempt-allowed': 'Relight prepares one more attempt; it will need approval.',
  'help-called':
    'Help is called: the thread mentions the people, and has the link to AWS Support with the text to paste.',
  'follow-up-done': 'Marked as done.',
  'glass-broken':
    'For 30 minutes you may approve one change alone: press its button in the thread. The caps, a halt and all checks still hold, and the channel is told.',
  held: 'Held. Autopilot leaves it to people: it needs approval now, as any other request.',
} as const;

type Answers = {
  readonly [K in ClickResponse['kind']]: (result: Extract<ClickResponse, { kind: K }>) => string;
};

const answers: Answers = {
  'not-recorded': () => `${signs.warning} Not recorded, press again.`,
  'no-incident': () => 'There is no such incident. `/relight list` shows the open ones.',
  'incident-lost': () => lostText,
  archived: ({ what }) =>
    `${signs.later} Nothing was done: this incident is over and was archived: ${line(what, 300)}. A new failure opens a new incident, and so does \`/relight start PLAYBOOK JOB\`.`,
  recorded: ({ what, nowResponder }) => `${signs.done} ${recordedWords[what]}${responderWords(nowResponder)}`,
  'more-needed': ({ missing, role, nowResponder }) =>
    `${signs.done} Your approval is recorded. It needs ${missing} more, each from ${roleWords[role]}.${responderWords(nowResponder)}`,
  'yours-already': ({ missing }) =>
    `You have already approved this. It needs ${missing} more from other people.`,
  shown: () => 'The request is open.',
  'trail-shown': () => 'The audit trail is open.',
  refused: ({ says, ask }) => `${signs.warning} Not done. ${refusalText({ says, ask })}`,
  taken: ({ by, at }) => `Already done${byAt(by, at)}.`,
  'old-copy': () =>
    'This is an old copy of the message. Find the step in the thread and press the button there.',
  'request-outdated': ({ why }) =>
    `${signs.warning} Not approved: this is an old copy of the request, because ${escape(line(why, 300))}. Relight is building it again: read the new one in the thread, then approve it.`,
  'playbook-lost': () =>
    `${signs.warning} Not done: this is an old copy of the message, because its playbook is not in this version of Relight any more, or has other steps. The card says how to continue.`,
  'step-over': ({ how, at }) => `This step was already ${how} at ${clock(at)}.`,
  'turned-down': ({ how, by, at }) =>
    `${mention(by)} ${how} this at ${clock(at)}. The step in the thread shows what can come next.`,
  'being-sent': ({ by, at }) =>
    `Too late to decline: approved${byAt(by, at)}, and Relight is running it. *Cancel…* in the thread stops it.`,
  'not-begun': () => 'Nothing is running yet, so there is nothing to cancel. Decline the request instead.',
  canceling: ({ by }) =>
    `${mention(by)} has already asked to cancel it. The thread will say what exists in AWS.`,
  'not-armed': () => 'Autopilot does not count down for this request, so there is nothing to hold.',
  'held-already': () => 'It is held already. It needs approval by people now.',
  'still-running': ({ job }) =>
    `${signs.warning} Not done: ${escape(line(executionNameIn(job) ?? job, 80))} may still be running. In the thread, stop it or keep it first.`,
  needed: () =>
    `${signs.warning} Not skipped: a later step or a change relies on this step. Choose another playbook, or say how it ended.`,
  'no-way-back': () =>
    `${signs.warning} Not done: that step is not completed, or a change was made after it. Choose another playbook to start over.`,
  'not-current': () => 'The incident is at another step. The card shows which one.',
  'change-under-way': () =>
    'An approved change is in progress. Wait until its step has ended, then press again.',
  'glass-broken': ({ by, until }) =>
    `${mention(by)} has already broken the glass; it can be used until ${clock(until)}.`,
  'not-held': () => 'Its thread is already in the channel.',
  closed: ({ why, by, at }) =>
    by === undefined || at === undefined
      ? `The incident is closed: ${sentence(why)}`
      : `${mention(by)} closed the incident at ${clock(at)}: ${sentence(why)}`,
  paused: ({ by, at, why }) =>
    `Paused by ${mention(by)} since ${clock(at)}: ${sentence(why)} Resume it first.`,
  'not-paused': () => 'The incident is not paused.',
  'has-responder': ({ user, since }) =>
    `${mention(user)} has this incident since ${clock(since)}. *Hand over…* on the card changes that.`,
  'not-called': () => 'Nobody was called about this incident, so there is nothing to acknowledge.',
  acknowledged: ({ by, at }) => `${mention(by)} acknowledged it at ${clock(at)}.`,
  'help-coming': ({ by, at }) =>
    `${mention(by)} called for help at ${clock(at)}: the thread has it. Nobody was mentioned again.`,
  'not-over': () => 'The incident is still open, so there is nothing to reopen.',
  'no-follow-up': () => 'There is no such follow-up. `/relight follow-up` lists the open ones.',
  'end-known': () =>
    'Its outcome is already recorded. Answer the closing questions in the thread, and the incident closes.',
  'other-open': ({ incident }) => `${escape(line(incident, 40))} is open for the same job: continue there.`,
  'too-old': ({ days }) =>
    `It was closed more than ${days} days ago. \`/relight start PLAYBOOK JOB\` opens a new incident.`,
  unfit: ({ says }) => `${signs.warning} Not done. ${says}`,
};

/** The reason, and the people who can do it instead. */
function refusalText({ says, ask }: Refusal): string {
  const people = ask === undefined ? [] : called(ask);
  return people.length === 0 ? says : `${says} Ask ${people.join(' or ')}.`;
}

function byAt(by: string | undefined, at: number | undefined): string {
  return `${by === undefined ? '' : ` by ${mention(by)}`}${at === undefined ? '' : ` at ${clock(at)}`}`;
}

function responderWords(nowResponder = false): string {
  return nowResponder ? ' Nobody had taken this incident, so you are its responder now.' : '';
}

/** A reason that a person typed, as the end of a sentence. */
function sentence(why: string): string {
  return `${escape(line(why, 200)).replace(/(?<![.\s])[.\s]+$/, '')}.`;
}

/** For a person who was told "Not recorded", although only the reply of Redis was lost. */
export function recordedAfterAll(incident: string, result: ClickResponse): string {
  return `${signs.warning} Your click on ${incident} was recorded after all, so do not press again: ${answerText(result)}`;
}

/** The one sentence that a person reads after a click, form or command. */
export function answerText(result: ClickResponse): string {
  // The entry has the same kind as this result.
  const answer = answers[result.kind] as (result: ClickResponse) => string;
  return answer(result);
}
