import type { Incident } from '../../incidents/model/incident.ts';
import { closingPostmortemKey } from '../../incidents/record/step-files.ts';
import { stepMessageKey } from '../../outbox/outbox.ts';
import { say, small } from './blocks.ts';
import { fitMessage, type Rendered } from './render-limits.ts';
import { escape, line } from './untrusted.ts';
import { signs } from './words.ts';

/** The messages above the files of postmortems that no step wrote. */
export function closingMessages({
  closingPostmortems = [],
}: Incident): readonly { readonly key: string; readonly rendered: Rendered }[] {
  return closingPostmortems.map(({ result: { summary, trouble } }, index) => {
    const text = `${signs.done} Postmortem written: ${escape(line(summary, 300))}.`;
    const more = [...trouble.map((one) => escape(line(one, 300))), unanswered];
    return {
      key: stepMessageKey(closingPostmortemKey(index + 1)),
      rendered: fitMessage({ blocks: [say(text), ...more.map(small)], text }),
    };
  });
}

const unanswered =
  'Relight wrote it from the journal. Nobody was asked for the cause, so the document has no answers from people.';
