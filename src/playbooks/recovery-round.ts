import type { Assessment } from '../assessment/assessment.ts';
import { type chooseNextJob, type Done, type Turn } from './actions/choose-next-job.ts';
import type { Start, When } from './define/steps.ts';
import { resultOf } from './snippets.ts';

/** A playbook has a fixed list of steps: each round recovers this many jobs, the most urgent first. */
const maxJobs = 5;

type Next = ReturnType<typeof chooseNextJob.output.parse> | undefined;

/** The results of a round so far. */
interface Round extends Start {
  readonly job1?: Done | undefined;
  readonly job2?: Done | undefined;
  readonly job3?: Done | undefined;
  readonly job4?: Done | undefined;
  readonly job5?: Done | undefined;
  readonly next1?: Next;
  readonly next2?: Next;
  readonly next3?: Next;
  readonly next4?: Next;
  readonly next5?: Next;
  readonly last?: Next;
}

/** The jobs that this round launched, oldest first. */
export function doneIn({ job1, job2, job3, job4, job5 }: Round): Done[] {
  return [job1, job2, job3, job4, job5].filter((job) => job !== undefined);
}

/** The first step that found no further job. */
export function endOf({ next1, next2, next3, next4, next5, last }: Round): Next {
  return [next1, next2, next3, next4, next5, last].find((next) => next !== undefined && !next.turn);
}

/** The affected jobs. If a person called it a system failure, the other jobs have incidents of their own. */
export function accountInput(round: Round): { jobs: string[]; launched: Done[] } {
  const launched = doneIn(round);
  return { jobs: [...(round.incident.board ?? launched.map(({ recovers }) => recovers))], launched };
}

interface Assessed extends Round {
  readonly assessment: Assessment;
}

/** The series as first assessed, so that its order is the same for every job. */
export function seriesSoFar(results: Assessed): Parameters<typeof chooseNextJob.run>[0] {
  const { series, counts } = results.assessment;
  return {
    series: series.slice(0, maxJobs),
    done: doneIn(results),
    beyond: Math.max(0, series.length - maxJobs) + counts.unseen,
  };
}

export function whenAnyFailed({ assessment: { failed, series } }: Assessed): When {
  if (series.length > 0) return true;
  return {
    skip: failed.length === 0 ? 'no job has failed' : 'every failed job would fail the same way again',
  };
}

/** The job that this step chose. */
export function turnIn<K extends string>(step: K): (results: { readonly [P in K]: Next }) => Turn {
  return (results) => resultOf(results[step]?.turn, 'the next job');
}

export function whenTurn<K extends string>(step: K): (results: { readonly [P in K]: Next }) => When {
  return (results) =>
    results[step]?.turn !== undefined || { skip: results[step]?.over ?? 'no more jobs to recover' };
}

export function whenLaunched<K extends string>(
  step: K,
): (results: { readonly [P in K]: Done | undefined }) => When {
  return (results) => results[step] !== undefined || { skip: 'no more jobs to recover' };
}
