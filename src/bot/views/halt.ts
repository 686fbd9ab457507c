import { clock } from '../../in-words.ts';
import { haltInWords, toResume } from '../../incidents/halt/halts.ts';
import { type HaltPeriod, presentHalt } from '../../incidents/model/hold-states.ts';
import type { Incident } from '../../incidents/model/incident.ts';
import { type Block, quote, say, small } from './blocks.ts';
import { fitMessage, type Rendered } from './render-limits.ts';
import { escape, line, mention } from './untrusted.ts';
import { signs } from './words.ts';

interface HaltMessage {
  readonly key: string;
  readonly rendered: Rendered;
}

/** Two messages per halt: that changes are halted, and that they have resumed. An edited message would notify nobody. */
export function haltMessages({ halts = [] }: Incident): readonly HaltMessage[] {
  return halts.flatMap((halt) => [
    { key: `halted-${halt.since}`, rendered: haltedMessage(halt) },
    ...(halt.ended === undefined ? [] : [{ key: `resumed-${halt.since}`, rendered: resumed(halt.ended) }]),
  ]);
}

function haltedMessage(halt: HaltPeriod): Rendered {
  const by = halt.by === undefined ? '' : ` by ${mention(halt.by)}`;
  const since = clock(halt.since);
  const rest =
    halt.ended === undefined
      ? `Relight carries out no change here until changes resume. It keeps reading, and follows what already runs in AWS. Approvals are not used up meanwhile, but each lapses after 15 minutes. ${toResume(halt)}`
      : `Until ${clock(halt.ended.at)}.`;
  return fitMessage({
    blocks: [
      say(
        `${signs.halted} *All changes ${halt.ended === undefined ? 'are' : 'were'} halted*${by} at ${since}`,
      ),
      quote(line(halt.why, 500)),
      small(rest),
    ],
    text: `${signs.halted} All changes are halted: ${escape(line(halt.why, 300))}`,
  });
}

function resumed({ at, by }: NonNullable<HaltPeriod['ended']>): Rendered {
  const who = by === undefined ? '' : ` (by ${mention(by)})`;
  const text = `${signs.done} Changes have resumed at ${clock(at)}${who}. An approved change is carried out now if its approvals still hold.`;
  return fitMessage({ blocks: [say(text)], text });
}

/** The line on the card while changes are halted. */
export function haltLines(incident: Incident): readonly Block[] {
  const halt = presentHalt(incident);
  if (halt === undefined || incident.closed !== undefined) return [];
  return [quote(haltLine(halt))];
}

/** E.g. `⛔ All changes are halted: bad AMI (by /relight halt).` */
export function haltLine(halt: Pick<HaltPeriod, 'why' | 'source'>): string {
  return `${signs.halted} All changes are halted: ${line(haltInWords(halt).replaceAll('`', ''), 400)}`;
}
