import { type Incident, runOf } from '../../../incidents/model/incident.ts';
import type { JobOutcome, Playbook } from '../../../playbooks/define.ts';
import { type Block, quote } from '../blocks.ts';
import { line } from '../untrusted.ts';
import { atMost, counted, signs } from '../words.ts';

/** The outcome of each job of an incident about many jobs; undefined until it is known. */
export function outcomesIn(
  incident: Incident,
  playbook: Playbook | undefined,
): readonly JobOutcome[] | undefined {
  const run = runOf(incident);
  if (incident.affectedJobs.length === 0 || playbook?.stepsIn(run) === undefined) return undefined;
  return playbook.outcomes?.(run.results);
}

/** `5 of 6 training again, 1 left behind`; counts the jobs that train, never the ones that failed. */
export function outcomesInWords(outcomes: readonly JobOutcome[]): string {
  const [trains, left, aside] = (['trains', 'left', 'set aside'] as const).map(
    (outcome) => outcomes.filter((one) => one.outcome === outcome).length,
  ) as [number, number, number];
  const good = trains === outcomes.length ? 'all' : `${trains} of ${outcomes.length}`;
  return [
    `${good} training again`,
    ...(left === 0 ? [] : [`${left} left behind`]),
    ...(aside === 0 ? [] : [`${aside} set aside`]),
  ].join(', ');
}

const signOf = { trains: signs.done, left: signs.broke, 'set aside': signs.skipped } as const;

export function outcomeSigns(outcomes: readonly JobOutcome[] = []): ReadonlyMap<string, string> {
  return new Map(outcomes.map(({ job, outcome }) => [job, signOf[outcome]]));
}

const maxNamed = 5;

/** A line per job that is left behind: why, and what to do. */
export function leftLines(outcomes: readonly JobOutcome[] = []): readonly Block[] {
  const left = outcomes
    .filter(({ outcome }) => outcome === 'left')
    .map(({ job, says }) => `Left behind: ${line(job, 63)}: ${line(says, 300)}`);
  return atMost(maxNamed, left, (more) => `… and ${counted(more, 'more job')} left behind`).map((one) =>
    quote(`${signs.broke} ${one}`),
  );
}
