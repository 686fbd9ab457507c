import type { types } from '@slack/bolt';
import { type Halt, toResume } from '../../incidents/halt/halts.ts';
import type { Incident } from '../../incidents/model/incident.ts';
import type { Playbook } from '../../playbooks/define.ts';
import { type Block, header, quote, say, small } from './blocks.ts';
import { cardLines } from './card/card.ts';
import { haltLine } from './halt.ts';
import { fitView } from './render-limits.ts';
import { counted, signs } from './words.ts';

export interface OpenIncidents {
  /** The newest; there may be more than fit into one message. */
  readonly incidents: readonly { readonly incident: Incident; readonly playbook: Playbook | undefined }[];
  readonly total: number;
  readonly deadLetters: number;
  readonly channel: string;
  readonly halt?: Halt | undefined;
}

/** The Home tab lists the open incidents. It has no buttons: people act in the thread, where everyone sees it. */
export function homeView(open: OpenIncidents, now: number): types.HomeView {
  return { type: 'home', blocks: fitView(openList(open, now)) };
}

export function openList(
  { incidents, total, deadLetters, channel, halt }: OpenIncidents,
  now: number,
): readonly Block[] {
  const more = total - incidents.length;
  return [
    header(total === 0 ? `${signs.done} No open incidents` : `${counted(total, 'open incident')}`),
    ...(halt === undefined ? [] : [quote(haltLine(halt)), small(toResume(halt))]),
    ...incidents.flatMap(({ incident, playbook }) => [
      { type: 'divider' } as const,
      ...cardLines(incident, playbook, now),
    ]),
    ...(more > 0 ? [small(`… and ${more} more.`)] : []),
    { type: 'divider' },
    ...(deadLetters > 0 ? [say(deadLetterText(deadLetters))] : []),
    small(`Incidents open as threads in <#${channel}>. \`/relight help\` lists the commands.`),
  ];
}

export function deadLetterText(count: number): string {
  return `${signs.warning} ${counted(count, 'alarm message')} could not be parsed and ${count === 1 ? 'is' : 'are'} in the dead-letter queue: \`relight alarms dead\` lists them.`;
}
