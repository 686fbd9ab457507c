import { clock } from '../../../in-words.ts';
import type { StepNote } from '../../../incidents/model/step-notes.ts';
import { bold, quote, say } from '../blocks.ts';
import { fitMessage, type Rendered } from '../render-limits.ts';
import { line, mention } from '../untrusted.ts';
import { signs } from '../words.ts';
import { approvalsOf } from './approvals.ts';

interface NoteWords {
  readonly sign: keyof typeof signs;
  /** After the person's name, in markup. */
  readonly did: string;
  /** Untrusted text below it. */
  readonly quoted?: string;
}

/**
 * The announcement of a person's decision about a step, or of what a person should see to. It is a message of its own, because Slack notifies nobody of a
 * mention that is edited into a message. `titleOf`: the title of a step; `playbookTitle`: that of a playbook.
 */
export function noteMessage(
  note: StepNote,
  titleOf: (step: string) => string,
  playbookTitle: (id: string) => string,
): Rendered {
  const title = bold(line(titleOf(note.step), 80));
  const { what, why } = note;
  if (what === 'approvals-ended') return approvalsEndedMessage(note, title);
  const { sign, did, quoted } = wordsOf({ what, why }, title, titleOf, playbookTitle);
  const who = note.by === undefined ? '' : `${mention(note.by)} `;
  const headline = `${signs[sign]} ${who}${did} at ${clock(note.at)}.`;
  const told =
    note.to.length === 0 ? '' : `${note.to.map(mention).join(' ')}: you asked for it or approved it.`;
  return fitMessage({
    blocks: [
      say([headline, told].filter(Boolean).join('\n')),
      ...(quoted === undefined ? [] : [quote(line(quoted, 1_000))]),
    ],
    text: [headline, told].filter(Boolean).join(' '),
  });
}

/** Who must know that their approval no longer counts, and what to do about it. */
function approvalsEndedMessage({ by, why, ended, to, at }: StepNote, title: string): Rendered {
  const what = `${approvalsOf(to)} for ${title}`;
  const because = by === undefined ? '' : `: ${mention(by)} had the request built again`;
  const headline =
    ended === 'gone'
      ? `${signs.skipped} ${what} ${to.length === 1 ? 'is' : 'are'} not needed any longer.`
      : `${signs.warning} ${what} lapsed at ${clock(at)}${because}. ${nextFor(ended)}`;
  return fitMessage({
    blocks: [say(headline), ...(why === '' ? [] : [quote(`Reason: ${line(why, 1_000)}.`)])],
    text: headline,
  });
}

function nextFor(ended: StepNote['ended']): string {
  return ended === 'waiting'
    ? 'The same request needs approval again.'
    : 'The new request needs approvals of its own: read it before you approve it.';
}

function wordsOf(
  { what, why }: { readonly what: Exclude<StepNote['what'], 'approvals-ended'>; readonly why: string },
  title: string,
  titleOf: (step: string) => string,
  playbookTitle: (id: string) => string,
): NoteWords {
  switch (what) {
    case 'declined':
      return { sign: 'no', did: `declined ${title}`, quoted: `Reason: ${why}` };
    case 'cancel-asked':
      return { sign: 'no', did: `asked to cancel ${title}` };
    case 'canceled':
      return { sign: 'no', did: `canceled ${title}`, quoted: why };
    case 'kept':
      return { sign: 'done', did: `kept the canceled change ${title}` };
    case 'skipped':
      return { sign: 'skipped', did: `skipped ${title}`, quoted: `Reason: ${why}` };
    case 'went-back':
      return { sign: 'no', did: `discarded ${title} and went back to ${bold(line(titleOf(why), 80))}` };
    case 'not-archived':
      return {
        sign: 'warning',
        did: `The result of ${title} was not in the audit vault`,
        quoted: `${why}. The change is done and stays done. Relight tries again every minute; check AUDIT_BUCKET and its permissions with relight doctor.`,
      };
    case 'switched':
      return { sign: 'no', did: `discarded ${title} and switched to ${bold(line(playbookTitle(why), 80))}` };
  }
}
