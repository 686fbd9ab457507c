import type { Incident } from '../../incidents/incident.ts';
import { quote, say } from './blocks.ts';
import { fitMessage, type Rendered } from './render-limits.ts';
import { line } from './untrusted.ts';
import { clock, counted, failureWords, signs } from './words.ts';

/** A section holds 3,000 characters: so many rows fit, and nobody reads more. */
const rowsInBlock = 15;
const rowsShown = 45;

/** Which jobs an incident is about, the earliest first; edited in place as more join. */
export function boardMessage({ board }: Incident): Rendered {
  const rows = board.toSorted((one, other) => one.at - other.at).map(rowOf);
  const shown = rows.slice(0, rowsShown);
  const more = rows.length - shown.length;
  const title = `${signs.broke} *${counted(rows.length, 'job')} failed together*: one thread for all of them`;
  const blocks = Array.from({ length: Math.ceil(shown.length / rowsInBlock) }, (_, index) =>
    quote(shown.slice(index * rowsInBlock, (index + 1) * rowsInBlock).join('\n')),
  );
  return fitMessage({
    blocks: [say(title), ...blocks, ...(more > 0 ? [quote(`… and ${more} more`)] : [])],
    text: `${counted(rows.length, 'job')} failed together`,
  });
}

function rowOf({ job, tier, kind, at, own }: Incident['board'][number]): string {
  const alone = own === undefined ? '' : ` · goes on in its own thread, ${own}`;
  return `${clock(at)} · ${line(tier, 20)} · ${line(job, 70)}: ${failureWords[kind]}${alone}`;
}
