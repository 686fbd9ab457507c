import type { MutedAlarm } from '../../../alarms/ports.ts';
import { type Halt, toResume } from '../../../incidents/halt/halts.ts';
import type { Incident } from '../../../incidents/model/incident.ts';
import type { Playbook } from '../../../playbooks/define.ts';
import { type Block, header, quote, say, small, smallQuote } from '../blocks.ts';
import { cardLines } from '../card/card.ts';
import { haltLine } from '../halt.ts';
import { line } from '../untrusted.ts';
import { atMost, counted, moment, signs } from '../words.ts';

export interface OpenIncidents {
  /** The newest; there may be more than fit into one message. */
  readonly incidents: readonly { readonly incident: Incident; readonly playbook: Playbook | undefined }[];
  /** Of these, the journal cannot be read. */
  readonly unreadable: readonly string[];
  readonly total: number;
  readonly deadLetters: number;
  readonly muted: readonly MutedAlarm[];
  readonly channel: string;
  readonly halt?: Halt | undefined;
  /** The addresses of their threads, as far as they are known. */
  readonly links?: ReadonlyMap<string, string>;
}

export function openList(
  { incidents, unreadable, total, deadLetters, muted, channel, halt, links }: OpenIncidents,
  now: number,
): readonly Block[] {
  const more = total - incidents.length - unreadable.length;
  return [
    header(total === 0 ? `${signs.done} No open incidents` : `${counted(total, 'open incident')}`),
    ...(halt === undefined ? [] : [quote(haltLine(halt)), small(toResume(halt))]),
    ...incidents.flatMap(({ incident, playbook }) => [
      { type: 'divider' } as const,
      ...cardLines(incident, playbook, now),
      ...linkLine(links?.get(incident.id)),
    ]),
    ...(more > 0 ? [small(`… and ${more} more.`)] : []),
    { type: 'divider' },
    ...unreadable.map((id) => say(unreadableText(id))),
    ...(deadLetters > 0 ? [say(deadLetterText(deadLetters))] : []),
    ...atMost(
      maxMuted,
      muted.map((alarm) => mutedText(alarm, now)),
      (rest) => `… and ${counted(rest, 'more muted alarm')}.`,
    ).map(smallQuote),
    small(`Incidents open as threads in <#${channel}>. \`/relight help\` lists the commands.`),
  ];
}

function linkLine(link: string | undefined): readonly Block[] {
  return link === undefined ? [] : [small(`<${link}|Open the thread>`)];
}

/** More push the incidents out of the message. */
const maxMuted = 5;

/** Names of alarms are untrusted, so this is no markup. */
function mutedText({ name, why, until }: MutedAlarm, now: number): string {
  const end = until === undefined ? '' : ` until ${moment(until, now)}`;
  return `Alarm ${line(name, 200)} ${line(why, 200)} in CloudWatch${end}: nothing opens for it.`;
}

function unreadableText(id: string): string {
  return `${signs.warning} ${id} is open, and its journal cannot be read, so nothing happens in its thread. Update Relight if a newer version wrote it; if not, call a lead. The worker's log names the entry.`;
}

export function deadLetterText(count: number): string {
  return `${signs.warning} ${counted(count, 'alarm message')} could not be parsed and ${count === 1 ? 'is' : 'are'} in the dead-letter queue: \`relight alarms dead\` lists them.`;
}
