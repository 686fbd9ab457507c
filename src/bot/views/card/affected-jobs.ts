import { clock } from '../../../in-words.ts';
import type { Incident } from '../../../incidents/model/incident.ts';
import type { Playbook } from '../../../playbooks/define.ts';
import { failureWords } from '../../../ports/failure-kind.ts';
import { quote, say } from '../blocks.ts';
import { fitMessage, type Rendered } from '../render-limits.ts';
import { line } from '../untrusted.ts';
import { counted, signs } from '../words.ts';
import { outcomeSigns, outcomesIn, outcomesInWords } from './outcomes.ts';

/** The rows that fit into the 3,000 characters of a section. */
const rowsInBlock = 15;
const maxRows = 45;

/** The affected jobs of an incident, the earliest first. Slack edits the message in place as more join. */
export function affectedJobsMessage(incident: Incident, playbook: Playbook | undefined): Rendered {
  const outcomes = outcomesIn(incident, playbook);
  const signOf = outcomeSigns(outcomes);
  const rows = incident.affectedJobs
    .toSorted((one, other) => one.at - other.at)
    .map((row) => [signOf.get(row.job), rowOf(row)].filter(Boolean).join(' '));
  const summary = outcomes === undefined ? 'one thread for all of them' : outcomesInWords(outcomes);
  const shown = rows.slice(0, maxRows);
  const more = rows.length - shown.length;
  const title = `${signs.broke} *${counted(rows.length, 'job')} failed together*: ${summary}`;
  const blocks = Array.from({ length: Math.ceil(shown.length / rowsInBlock) }, (_, index) =>
    quote(shown.slice(index * rowsInBlock, (index + 1) * rowsInBlock).join('\n')),
  );
  return fitMessage({
    blocks: [say(title), ...blocks, ...(more > 0 ? [quote(`… and ${more} more`)] : [])],
    text: `${counted(rows.length, 'job')} failed together`,
  });
}

function rowOf({ job, tier, kind, at, own }: Incident['affectedJobs'][number]): string {
  const separate = own === undefined ? '' : ` · handled in its own thread, ${own}`;
  return `${clock(at)} · ${line(tier, 20)} · ${line(job, 70)}: ${failureWords[kind]}${separate}`;
}
