import { unlessUnreadable } from '../../incidents/journal/readable.ts';
import { isDrillId } from '../../incidents/model/drills/drill-mark.ts';
import { followUpNamed, followUpsOf, type TrackedFollowUp } from '../../incidents/record/postmortems.ts';
import { earliestToday } from '../../postmortem/postmortem-form.ts';
import type { ListenerServices } from '../clicks/answer.ts';
import { commandName } from '../ids.ts';
import { say, small } from '../views/blocks.ts';
import { fitMessage } from '../views/render-limits.ts';
import { escape, line } from '../views/untrusted.ts';
import { counted } from '../views/words.ts';
import { type Command, type Reply, replyTo } from './command.ts';
import { inCode } from './typed-words.ts';

/** Follow-ups of older incidents are in the readiness. */
const maxIncidents = 500;
const maxListed = 15;

export const followUp: Command = {
  name: 'follow-up',
  takes: '[done FOLLOW-UP]',
  does: 'lists the open follow-ups of postmortems, or marks one as done',
  run: async (services, { words, requester }) => {
    const [, move, id] = words;
    if (move === undefined) return listed(services);
    const named = followUpNamed(id ?? '');
    if (move.toLowerCase() !== 'done' || named === undefined)
      return {
        text: `Nothing has changed. To mark one as done: \`${commandName} follow-up done FOLLOW-UP\`, such as \`rl-7f3a9c2e-1\`. \`${commandName} follow-up\` lists them.`,
      };
    const ref = { incident: named.incident, step: 'follow-up', attempt: 1, hash: '' };
    const result = await services.intents.followUpDone(ref, requester, named.number);
    return replyTo(services, named.incident, result);
  },
};

async function listed({ store, clock }: ListenerServices): Promise<Reply> {
  const open: TrackedFollowUp[] = [];
  const ids = (await store.ids('all')).filter((id) => !isDrillId(id));
  for (const id of ids.slice(0, maxIncidents)) {
    const incident = await unlessUnreadable(store.find(id));
    const all = incident === undefined ? [] : followUpsOf(incident);
    for (const one of all) if (one.done === undefined) open.push(one);
  }
  if (open.length === 0) return { text: 'No follow-up is open.' };
  const today = earliestToday(clock.now());
  const lines = open
    .toSorted((one, other) => one.due.localeCompare(other.due))
    .map((one) => inWords(one, today));
  const more = lines.length - maxListed;
  const paragraphs = [`*${counted(lines.length, 'open follow-up')}*`, ...lines.slice(0, maxListed)];
  const hints = [
    ...(more > 0 ? [`… and ${more} more.`] : []),
    `When one is done: \`${commandName} follow-up done FOLLOW-UP\``,
  ];
  return fitMessage({
    blocks: [...paragraphs.map(say), ...hints.map(small)],
    text: [...paragraphs, ...hints].join('\n'),
  });
}

function inWords({ id, what, owner, due }: TrackedFollowUp, today: string): string {
  const late = due < today ? ' (past due)' : '';
  return `${inCode(id)} ${escape(line(what, 300))}\n${escape(line(owner, 80))}, by ${escape(line(due, 20))}${late}`;
}
