import { createHash } from 'node:crypto';
import type { NoticeThread } from '../../outbox/outbox.ts';
import { header, quote, say, smallQuote } from './blocks.ts';
import { called } from './called.ts';
import { fitMessage } from './render-limits.ts';
import { fingerprinted, type ThreadMessage } from './thread.ts';
import { escape, line } from './untrusted.ts';
import { signs } from './words.ts';

/** A message in the channel that belongs to no incident. Its lines may quote names of jobs and alarms. */
export function noticeMessage({ sign, headline, lines, call }: NoticeThread): ThreadMessage {
  const title = `${signs[sign]} ${headline}`;
  const mentions = call === undefined ? '' : called(call).join(' ');
  const blocks = [
    header(title),
    ...(mentions === '' ? [] : [say(mentions)]),
    ...lines.map((one) => quote(line(one, 500))),
  ];
  const words = [title, ...lines].map((one) => escape(line(one, 500)));
  const text = [mentions, ...words].filter(Boolean).join('\n');
  return fingerprinted('card', 'result', fitMessage({ blocks, text }));
}

/** The message with a line for each file that could not be shown with it. */
export function withNotes(message: ThreadMessage, notes: readonly string[]): ThreadMessage {
  if (notes.length === 0) return message;
  const lines = notes.map((note) => `${signs.warning} ${line(note, 400)}`);
  const hash = createHash('sha256').update(JSON.stringify(lines)).digest('hex').slice(0, 8);
  return {
    ...message,
    ...fitMessage({
      blocks: [...message.blocks, ...lines.map(smallQuote)],
      text: [message.text, ...lines.map(escape)].join('\n'),
    }),
    renderHash: `${message.renderHash}-${hash}`,
  };
}
