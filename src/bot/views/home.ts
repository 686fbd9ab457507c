import type { types } from '@slack/bolt';
import type { Listed } from '../open-incidents.ts';
import { type Block, header, say, small } from './blocks.ts';
import { cardLines } from './card/card.ts';
import { fitView } from './render-limits.ts';
import { counted, signs } from './words.ts';

export interface HomeState {
  readonly incidents: readonly Listed[];
  readonly total: number;
  readonly deadLetters: number;
  readonly channel: string;
}

/** The Home tab: what is open. To act, people go to the thread, where everybody sees it. */
export function homeView(state: HomeState, now: number): types.HomeView {
  return { type: 'home', blocks: fitView(openList(state, now)) };
}

export function openList(
  { incidents, total, deadLetters, channel }: HomeState,
  now: number,
): readonly Block[] {
  const more = total - incidents.length;
  return [
    header(total === 0 ? `${signs.done} Nothing is open` : `${counted(total, 'open incident')}`),
    ...incidents.flatMap(({ incident, playbook }) => [
      { type: 'divider' } as const,
      ...cardLines(incident, playbook, now),
    ]),
    ...(more > 0 ? [small(`… and ${more} more.`)] : []),
    { type: 'divider' },
    ...(deadLetters > 0 ? [say(deadLetterText(deadLetters))] : []),
    small(`Incidents open as threads in <#${channel}>. \`/relight help\` says what can be asked.`),
  ];
}

export function deadLetterText(count: number): string {
  return `${signs.warning} ${counted(count, 'alarm message')} could not be understood and ${count === 1 ? 'is' : 'are'} kept: \`relight alarms dead\` lists them.`;
}
