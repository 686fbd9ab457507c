import { bold, quote, say, smallQuote } from '../blocks.ts';
import { fitMessage, type Rendered } from '../render-limits.ts';
import type { StepView } from '../step-views.ts';
import { escape, line } from '../untrusted.ts';
import { counted, signs } from '../words.ts';
import { inPlaybook } from './step-message.ts';

/** One message for steps skipped together for one reason: the reason, how many, and which. */
export function skippedMessage(views: readonly [StepView, ...StepView[]]): Rendered {
  const [first] = views;
  const last = views.at(-1) ?? first;
  const reason = first.state.status === 'skipped' ? first.state.reason : '';
  const many = counted(views.length, 'step');
  const sentence = `${line(reason, 400)}; ${last.place === last.of ? 'the remaining' : 'these'} ${many} are not needed`;
  const titles = new Set(views.map(({ title }) => line(title, 60)));
  const where = `steps ${first.place} to ${last.place} of ${first.of}${inPlaybook(first)}`;
  return fitMessage({
    blocks: [
      say(`${signs.skipped} ${bold(`${many} not needed`)}  ·  ${where}`),
      quote(`${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`),
      smallQuote([...titles].join(', ')),
    ],
    text: escape(`${signs.skipped} ${sentence}`),
  });
}
