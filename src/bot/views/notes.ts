import { createHash } from 'node:crypto';
import { smallQuote } from './blocks.ts';
import { fitMessage } from './render-limits.ts';
import type { ThreadMessage } from './thread.ts';
import { escape, line } from './untrusted.ts';
import { signs } from './words.ts';

/** The message with a line for each thing that could not be shown beside it. */
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
    print: `${message.print}-${hash}`,
  };
}
