import { type Incident, runOf } from '../../../incidents/model/incident.ts';
import type { JobOutcome, Playbook } from '../../../playbooks/define.ts';
import { type Block, quote } from '../blocks.ts';
import { line } from '../untrusted.ts';
import { counted, signs } from '../words.ts';

/** What became of each job of an incident about many; undefined while that is not known. */
export function outcomesIn(
  incident: Incident,
  playbook: Playbook | undefined,
): readonly JobOutcome[] | undefined {
  const run = runOf(incident);
  if (incident.board.length === 0 || playbook?.stepsIn(run) === undefined) return undefined;
  return playbook.outcomes?.(run.results);
}

/** `5 of 6 train again, 1 left behind`; counted from what trains, never from how many failed. */
export function outcomesInWords(outcomes: readonly JobOutcome[]): string {
  const [trains, left, aside] = (['trains', 'left', 'set aside'] as const).map(
    (outcome) => outcomes.filter((one) => one.outcome === outcome).length,
  ) as [number, number, number];
  const good = trains === outcomes.length ? 'all' : `${trains} of ${outcomes.length}`;
  return [
    `${good} ${trains === 1 ? 'trains' : 'train'} again`,
    ...(left === 0 ? [] : [`${left} left behind`]),
    ...(aside === 0 ? [] : [`${aside} set aside`]),
  ].join(', ');
}

const signOf = { trains: signs.done, left: signs.broke, 'set aside': signs.skipped } as const;

/** By job, the sign of what became of it. */
export function outcomeSigns(outcomes: readonly JobOutcome[] = []): ReadonlyMap<string, string> {
  return new Map(outcomes.map(({ job, outcome }) => [job, signOf[outcome]]));
}

const mostNamed = 5;

/** A line for each job that is left behind: why, and what to do. */
export function leftLines(outcomes: readonly JobOutcome[] = []): readonly Block[] {
  const left = outcomes.filter(({ outcome }) => outcome === 'left');
  const rest = left.length - mostNamed;
  return [
    ...left
      .slice(0, mostNamed)
      .map(({ job, says }) => quote(`${signs.broke} Left behind: ${line(job, 63)}: ${line(says, 300)}`)),
    ...(rest > 0 ? [quote(`${signs.broke} … and ${counted(rest, 'more job')} left behind`)] : []),
  ];
}
