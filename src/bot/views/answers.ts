import { clock } from '../../in-words.ts';
import type { ClickResponse } from '../clicks/click.ts';
import { escape, line, mention } from './untrusted.ts';
import { roleWords, signs } from './words.ts';

const lostText =
  `${signs.warning} Nothing was done: Relight no longer has this incident. Its record was lost, most likely because Redis ` +
  'was emptied or replaced. Check the job in the SageMaker console first: a recovery may be running already. ' +
  'Then `/relight start PLAYBOOK JOB` opens a new incident.';

const recordedWords = {
  approved: 'Approved. Relight is running it now.',
  retried: 'Relight is trying again.',
  answered: 'Saved. Thank you.',
  'playbook-chosen': 'The playbook has taken over in this thread.',
  'outcome-told': 'Saved. The postmortem questions are next.',
  adjusted: 'Rebuilding the request with these values; it will need approval again.',
  silenced: 'New threads are silenced. The card shows until when, and a summary follows.',
  'silence-ended': 'New threads are shown again; the ones held back follow within 30 seconds.',
  'let-through': 'Its thread is being opened in the channel.',
} as const;

type Answers = {
  readonly [K in ClickResponse['kind']]: (result: Extract<ClickResponse, { kind: K }>) => string;
};

const answers: Answers = {
  'not-recorded': () => `${signs.warning} Not recorded, press again.`,
  'no-incident': () => 'There is no such incident. `/relight list` shows the open ones.',
  'incident-lost': () => lostText,
  recorded: ({ what }) => `${signs.done} ${recordedWords[what]}`,
  'more-needed': ({ missing, role }) =>
    `${signs.done} Your approval is recorded. It needs ${missing} more, each from ${roleWords[role]}.`,
  'yours-already': ({ missing }) =>
    `You have already approved this. It needs ${missing} more from other people.`,
  shown: () => 'The request is open.',
  refused: ({ says }) => `${signs.warning} Not done. ${says}`,
  taken: ({ by, at }) =>
    `Already done${by === undefined ? '' : ` by ${mention(by)}`}${at === undefined ? '' : ` at ${clock(at)}`}.`,
  'old-copy': () =>
    'This is an old copy of the message. Find the step in the thread and press the button there.',
  'step-over': ({ how, at }) => `This step was already ${how} at ${clock(at)}.`,
  'not-current': () => 'The incident is at another step. The card shows which one.',
  'change-under-way': () =>
    'An approved change is in progress. Wait until its step has ended, then press again.',
  'not-held': () => 'Its thread is already in the channel.',
  closed: ({ why }) => `The incident is closed: ${escape(line(why, 200))}.`,
};

/** The one sentence that a person reads after a click, form or command. */
export function answerText(result: ClickResponse): string {
  // The entry has the same kind as this result.
  const answer = answers[result.kind] as (result: ClickResponse) => string;
  return answer(result);
}
