import type { Assessment } from '../../assessment/assessment.ts';
import {
  allSetAside,
  decideOnLeftJobs,
  dueJobs,
  leftBehind,
  outageRecovered,
  outcomesOf,
  wantsAnotherLook,
} from '../../assessment/outage-end.ts';
import { counted } from '../../in-words.ts';
import { accountForJobs } from '../actions/account-for-jobs.ts';
import { assessRegion } from '../actions/assess-region.ts';
import { chooseNextJob, type Done } from '../actions/choose-next-job.ts';
import { recoverNextJob } from '../actions/recover-next-job.ts';
import { writePostmortem } from '../actions/write-postmortem.ts';
import {
  definePlaybook,
  postmortemForm,
  postmortemInput,
  resultOf,
  type Start,
  type When,
} from '../define.ts';

/** A playbook has a fixed list of steps: each round recovers this many jobs, the most urgent first. */
const maxJobs = 5;

export const playbook = definePlaybook({
  title: 'Recover after a complete failure',
  summary:
    'Training is down across the Region: Relight assesses the damage and recovers the failed jobs one at a time, gold first.',
  handles: ['system_failure'],
  steps: (first) =>
    first
      .action('assessment', assessRegion, () => ({}))
      .actionWhen('next1', chooseNextJob, (results) => seriesAfter(results, []), whenAnyFailed)
      .actionWhen(
        'job1',
        recoverNextJob,
        ({ next1 }) => jobToRecover(next1),
        ({ next1 }) => whenJobChosen(next1),
      )
      .actionWhen(
        'next2',
        chooseNextJob,
        (results) => seriesAfter(results, [results.job1]),
        ({ job1 }) => whenLaunched(job1),
      )
      .actionWhen(
        'job2',
        recoverNextJob,
        ({ next2 }) => jobToRecover(next2),
        ({ next2 }) => whenJobChosen(next2),
      )
      .actionWhen(
        'next3',
        chooseNextJob,
        (results) => seriesAfter(results, [results.job1, results.job2]),
        ({ job2 }) => whenLaunched(job2),
      )
      .actionWhen(
        'job3',
        recoverNextJob,
        ({ next3 }) => jobToRecover(next3),
        ({ next3 }) => whenJobChosen(next3),
      )
      .actionWhen(
        'next4',
        chooseNextJob,
        (results) => seriesAfter(results, [results.job1, results.job2, results.job3]),
        ({ job3 }) => whenLaunched(job3),
      )
      .actionWhen(
        'job4',
        recoverNextJob,
        ({ next4 }) => jobToRecover(next4),
        ({ next4 }) => whenJobChosen(next4),
      )
      .actionWhen(
        'next5',
        chooseNextJob,
        (results) => seriesAfter(results, [results.job1, results.job2, results.job3, results.job4]),
        ({ job4 }) => whenLaunched(job4),
      )
      .actionWhen(
        'job5',
        recoverNextJob,
        ({ next5 }) => jobToRecover(next5),
        ({ next5 }) => whenJobChosen(next5),
      )
      .actionWhen(
        'last',
        chooseNextJob,
        (results) =>
          seriesAfter(results, [results.job1, results.job2, results.job3, results.job4, results.job5]),
        ({ job5 }) => whenLaunched(job5),
      )
      .action('account', accountForJobs, (results) => ({ jobs: jobsOf(results), launched: doneIn(results) }))
      .manualWhen('left', decideOnLeftJobs, (results) =>
        results.incident.board !== undefined && leftBehind(results).length > 0
          ? true
          : { skip: 'no job of this incident is left behind' },
      )
      .manual('document', postmortemForm)
      .action('postmortem', writePostmortem, postmortemInput),
  recovered: (results) => {
    if (results.incident.board !== undefined) return outageRecovered(results);
    const end = endOf(results);
    const launched = doneIn(results);
    if (end === undefined || end.failedAgain || launched.length === 0) return undefined;
    if (results.account === undefined || leftBehind(results).length > 0) return undefined;
    return `${counted(launched.length, 'job')} in the Region ${launched.length === 1 ? 'is' : 'are'} training again: ${launched.map(({ recovers }) => recovers).join(', ')}`;
  },
  ended: allSetAside,
  outcomes: outcomesOf,
  handOver: (results) => {
    if (wantsAnotherLook(results))
      return {
        kind: 'system_failure',
        again: true,
        why: 'a person asked Relight to check the remaining jobs again',
      };
    const remaining = results.incident.board === undefined ? [] : dueJobs(results);
    const madeProgress = doneIn(results).length > 0 && endOf(results)?.failedAgain === false;
    if (results.left !== undefined || remaining.length === 0 || !madeProgress) return undefined;
    return {
      kind: 'system_failure',
      again: true,
      why: `${counted(remaining.length, 'affected job')} still to be recovered`,
    };
  },
});

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
function doneIn({ job1, job2, job3, job4, job5 }: Round): Done[] {
  return [job1, job2, job3, job4, job5].filter((job) => job !== undefined);
}

/** The first step that found no further job. */
function endOf({ next1, next2, next3, next4, next5, last }: Round): Next {
  return [next1, next2, next3, next4, next5, last].find((next) => next !== undefined && !next.turn);
}

/** The affected jobs. If a person called it a system failure, the other jobs have incidents of their own. */
function jobsOf(round: Round): string[] {
  return [...(round.incident.board ?? doneIn(round).map(({ recovers }) => recovers))];
}

interface Assessed extends Start {
  readonly assessment: Assessment;
}

type Next = ReturnType<typeof chooseNextJob.output.parse> | undefined;

/** The series as first assessed, so that its order is the same for every job. */
function seriesAfter(
  { assessment: { series, counts } }: Assessed,
  done: readonly (Done | undefined)[],
): Parameters<typeof chooseNextJob.run>[0] {
  return {
    series: series.slice(0, maxJobs),
    done: done.filter((job) => job !== undefined),
    beyond: Math.max(0, series.length - maxJobs) + counts.unseen,
  };
}

function jobToRecover(next: Next): Parameters<typeof recoverNextJob.preview>[0] {
  return resultOf(next?.turn, 'the next job');
}

function whenAnyFailed({ assessment: { failed, series } }: Assessed): When {
  if (series.length > 0) return true;
  return {
    skip: failed.length === 0 ? 'no job has failed' : 'every failed job would fail the same way again',
  };
}

function whenJobChosen(next: Next): When {
  return next?.turn !== undefined || { skip: next?.over ?? 'no more jobs to recover' };
}

function whenLaunched(job: Done | undefined): When {
  return job !== undefined || { skip: 'no more jobs to recover' };
}
