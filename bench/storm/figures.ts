import { below, digits, type Figure } from '../figures.ts';
import type { Size } from './letters.ts';
import { doubledIn, mostIn, rootsIn } from './oracles.ts';
import type { Seen } from './run.ts';

/** Jobs that fail for causes of their own: an incident, and a thread, for each. */
export function eachItsOwn(size: Size, seen: Seen): Figure[] {
  const title = titleOf(size, 'each for a cause of its own');
  const { incidents, storm, channel } = seen;
  const noted = new Map(incidents.map(({ job, alarms }) => [job, alarms]));
  const lost = [...storm.names].flatMap(([job, names]) =>
    [...names].filter((name) => noted.get(job)?.has(name) !== true),
  );
  return [
    exactly(`${title}: incidents`, incidents.length, size.jobs),
    exactly(`${title}: root messages`, rootsIn(channel).length, size.jobs),
    exactly(`${title}: alarms that stand in no journal`, lost.length, 0),
    below(`${title}: until the last root message`, seen.rootsAfter, size.jobs * 1.5, 's', 'fixed'),
    ...common(title, size, seen),
  ];
}

/** Jobs that fail for one cause: one incident with a board of them, into which what was opened before it folds. */
export function oneForAll(size: Size, seen: Seen): Figure[] {
  const title = titleOf(size, 'for one cause');
  const { incidents, channel } = seen;
  const open = incidents.filter(({ closed }) => !closed);
  return [
    exactly(`${title}: open incidents`, open.length, 1),
    exactly(`${title}: jobs on its board`, open[0]?.board.size ?? 0, size.jobs),
    {
      what: `${title}: threads of single jobs that folded into it`,
      value: String(rootsIn(channel).length - 1),
    },
    ...common(title, size, seen),
  ];
}

function titleOf({ alarms, jobs }: Size, how: string): string {
  return `${alarms.toLocaleString('en')} alarms, ${jobs} jobs ${how}`;
}

function common(title: string, { alarms }: Size, seen: Seen): Figure[] {
  const { channel, deadLetters, took, peak, allHeardAfter } = seen;
  return [
    exactly(`${title}: messages that stand twice`, doubledIn(channel), 0),
    exactly(`${title}: times that Slack refused a message for its rate`, channel.rateLimited, 0),
    { what: `${title}: most messages within 10 s`, value: String(mostIn(10, channel)) },
    exactly(`${title}: dead letters`, deadLetters, 0),
    ...intake(`${title}: the webhook`, took.sns),
    ...intake(`${title}: the queue`, took.sqs),
    {
      what: `${title}: all taken in after`,
      value: `${digits(allHeardAfter)} s, ${Math.round(alarms / allHeardAfter)} a second`,
    },
    below(`${title}: memory of the worker`, peak.worker, 300, 'MB', 'fixed'),
    below(`${title}: memory of the bot`, peak.bot, 300, 'MB', 'fixed'),
  ];
}

function intake(title: string, took: readonly number[]): Figure[] {
  const sorted = took.toSorted((one, other) => one - other);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return [
    below(`${title}: 99 of 100 messages are recorded and answered for in`, at(0.99), 100, 'ms', 'machine'),
    {
      what: `${title}: half of them, and the slowest of ${sorted.length}`,
      value: `${digits(at(0.5))} ms, ${digits(at(1))} ms`,
    },
  ];
}

function exactly(what: string, value: number, goal: number): Figure {
  return { what, value: String(value), goal: String(goal), met: value === goal, fixed: true };
}
