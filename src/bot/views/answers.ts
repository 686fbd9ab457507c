import type { ClickResult } from '../../incidents/click-result.ts';
import type { ClickResponse } from '../clicks/click.ts';
import { escape, line, mention } from './untrusted.ts';
import { clock, roleWords, signs } from './words.ts';

/** The one sentence that a person reads after a click, form or command. */
export function answerText(result: ClickResponse): string {
  switch (result.kind) {
    case 'not-recorded':
      return `${signs.warning} Not recorded, press again.`;
    case 'no-incident':
      return 'There is no such incident. `/relight list` shows the open ones.';
    case 'incident-lost':
      return lostText;
    case 'recorded':
      return `${signs.done} ${recordedWords[result.what]}`;
    case 'more-needed':
      return `${signs.done} Your approval is recorded. It needs ${result.missing} more, each from ${roleWords[result.role]}.`;
    case 'yours-already':
      return `You have already approved this. It needs ${result.missing} more from other people.`;
    case 'shown':
      return 'The request is open.';
    case 'refused':
      return `${signs.warning} Not done. ${result.says}`;
    default:
      return tooLate(result);
  }
}

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

type TooLate = Extract<
  ClickResult,
  { kind: 'taken' | 'old-copy' | 'step-over' | 'not-current' | 'change-under-way' | 'not-held' | 'closed' }
>;

function tooLate(answer: TooLate): string {
  switch (answer.kind) {
    case 'taken': {
      const by = answer.by === undefined ? '' : ` by ${mention(answer.by)}`;
      const when = answer.at === undefined ? '' : ` at ${clock(answer.at)}`;
      return `Already done${by}${when}.`;
    }
    case 'old-copy':
      return 'This is an old copy of the message. Find the step in the thread and press the button there.';
    case 'step-over':
      return `This step was already ${answer.how} at ${clock(answer.at)}.`;
    case 'not-current':
      return 'The incident is at another step. The card shows which one.';
    case 'change-under-way':
      return 'An approved change is in progress. Wait until its step has ended, then press again.';
    case 'not-held':
      return 'Its thread is already in the channel.';
    case 'closed':
      return `The incident is closed: ${escape(line(answer.why, 200))}.`;
    default:
      return answer satisfies never;
  }
}
