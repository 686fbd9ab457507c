import { below, digits, type Figure } from '../figures.ts';
import { duplicatesIn, maxIn, rootsIn } from './observations.ts';
import type { StormResult } from './run.ts';
import type { Size } from './storm-alarms.ts';

/** Jobs that fail for separate causes: one incident and one thread per job. */
export function separateCauseFigures(size: Size, seen: StormResult): Figure[] {
  const title = titleOf(size, 'with separate causes');
  const { incidents, storm, channel } = seen;
  const recorded = new Map(incidents.map(({ job, alarms }) => [job, alarms]));
  const lost = [...storm.names].flatMap(([job, names]) =>
    [...names].filter((name) => recorded.get(job)?.has(name) !== true),
  );
  return [
    exactly(`${title}: incidents`, incidents.length, size.jobs),
    exactly(`${title}: root messages`, rootsIn(channel).length, size.jobs),
    exactly(`${title}: alarms missing from the journals`, lost.length, 0),
    below(`${title}: time until the last root message`, seen.rootsAfter, size.jobs * 1.5, 's', 'fixed'),
    ...common(title, size, seen),
  ];
}

/** Jobs that fail for one common cause: one incident with all affected jobs, which absorbs incidents opened before it. */
export function commonCauseFigures(size: Size, seen: StormResult): Figure[] {
  const title = titleOf(size, 'with a common cause');
  const { incidents, channel } = seen;
  const open = incidents.filter(({ closed }) => !closed);
  return [
    exactly(`${title}: open incidents`, open.length, 1),
    exactly(`${title}: its affected jobs`, open[0]?.affectedJobs.size ?? 0, size.jobs),
    {
      what: `${title}: threads of single jobs merged into it`,
      value: String(rootsIn(channel).length - 1),
    },
    ...common(title, size, seen),
  ];
}

function titleOf({ alarms, jobs }: Size, how: string): string {
  return `${alarms.toLocaleString('en')} alarms, ${jobs} jobs ${how}`;
}

function common(title: string, { alarms }: Size, seen: StormResult): Figure[] {
  const { channel, deadLetters, took, peak, allRecordedAfter } = seen;
  return [
    exactly(`${title}: duplicate messages`, duplicatesIn(channel), 0),
    exactly(`${title}: messages refused by Slack's rate limit`, channel.rateLimited, 0),
    { what: `${title}: maximum of messages within 10 s`, value: String(maxIn(10, channel)) },
    exactly(`${title}: dead letters`, deadLetters, 0),
    ...intake(`${title}: the webhook`, took.sns),
    ...intake(`${title}: the queue`, took.sqs),
    {
      what: `${title}: time until all are recorded`,
      value: `${digits(allRecordedAfter)} s, ${Math.round(alarms / allRecordedAfter)} per second`,
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
    below(`${title}: p99 latency until recorded and acknowledged`, at(0.99), 100, 'ms', 'machine'),
    {
      what: `${title}: median and maximum of ${sorted.length}`,
      value: `${digits(at(0.5))} ms, ${digits(at(1))} ms`,
    },
  ];
}

function exactly(what: string, value: number, goal: number): Figure {
  return { what, value: String(value), goal: String(goal), met: value === goal, fixed: true };
}
