import type { ClickResult } from '../../incidents/click-result.ts';
import type { ClickResponse } from '../clicks/click.ts';
import { escape, line, mention } from './untrusted.ts';
import { clock, roleWords, signs } from './words.ts';

/** The one sentence that a person gets for what they did. */
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
      return `${signs.done} Your approval is recorded. It takes ${result.missing} more, each from ${roleWords[result.role]}.`;
    case 'yours-already':
      return `You have approved this already. It takes ${result.missing} more from other people.`;
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
  'was emptied or replaced. Look at the job in the SageMaker console first: a recovery may be running already. ' +
  'Then `/relight start PLAYBOOK JOB` opens a new incident.';

const recordedWords = {
  approved: 'Approved. Relight carries it out now.',
  retried: 'Relight tries again.',
  answered: 'Written down. Thank you.',
  'playbook-chosen': 'The playbook has taken over in this thread.',
  'outcome-told': 'Saved. What is left is to write it down.',
  adjusted: 'Relight makes the request anew with these values. It takes an approval then.',
  silenced: 'New threads are held back. The card says until when, and a summary follows.',
  'silence-ended': 'New threads are shown again; what was held back follows within half a minute.',
  'let-through': 'Its thread is opened in the channel.',
} as const;

type TooLate = Extract<
  ClickResult,
  { kind: 'taken' | 'old-copy' | 'step-over' | 'not-current' | 'change-under-way' | 'not-held' | 'closed' }
>;

function tooLate(answer: TooLate): string {
  switch (answer.kind) {
    case 'taken': {
      const who = answer.by === undefined ? 'Somebody' : mention(answer.by);
      const when = answer.at === undefined ? '' : ` at ${clock(answer.at)}`;
      return `${who} has done this already${when}. Nothing more to press.`;
    }
    case 'old-copy':
      return 'This is an old copy of the message. Look at the step in the thread and press there.';
    case 'step-over':
      return `This step was ${answer.how} at ${clock(answer.at)}. Nothing more to press.`;
    case 'not-current':
      return 'The incident stands at another step. The card shows which one.';
    case 'change-under-way':
      return 'An approved change is under way. Wait until its step has ended, then press again.';
    case 'not-held':
      return 'Its thread is in the channel: nothing holds it back.';
    case 'closed':
      return `The incident is closed: ${escape(line(answer.why, 200))}.`;
    default:
      return answer satisfies never;
  }
}
