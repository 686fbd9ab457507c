import type { Incident } from '../../../incidents/model/incident.ts';
import type { Playbook } from '../../../playbooks/define.ts';
import { failureWords } from '../../../ports/failure-kind.ts';
import { quote, say } from '../blocks.ts';
import { fitMessage, type Rendered } from '../render-limits.ts';
import { line } from '../untrusted.ts';
import { clock, counted, signs } from '../words.ts';
import { outcomeSigns, outcomesIn, outcomesInWords } from './outcomes.ts';

/** A section holds 3,000 characters: so many rows fit, and nobody reads more. */
const rowsInBlock = 15;
const rowsShown = 45;

/** Which jobs an incident is about, the earliest first; edited in place as more join. */
export function boardMessage(incident: Incident, playbook: Playbook | undefined): Rendered {
  const outcomes = outcomesIn(incident, playbook);
  const signOf = outcomeSigns(outcomes);
  const rows = incident.board
    .toSorted((one, other) => one.at - other.at)
    .map((row) => [signOf.get(row.job), rowOf(row)].filter(Boolean).join(' '));
  const since = outcomes === undefined ? 'one thread for all of them' : outcomesInWords(outcomes);
  const shown = rows.slice(0, rowsShown);
  const more = rows.length - shown.length;
  const title = `${signs.broke} *${counted(rows.length, 'job')} failed together*: ${since}`;
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
