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
import { chooseNextJob } from '../actions/choose-next-job.ts';
import { recoverNextJob } from '../actions/recover-next-job.ts';
import { writePostmortem } from '../actions/write-postmortem.ts';
import { definePlaybook, postmortemForm, postmortemInput } from '../define.ts';
import {
  accountInput,
  doneIn,
  endOf,
  seriesSoFar,
  turnIn,
  whenAnyFailed,
  whenLaunched,
  whenTurn,
} from '../recovery-round.ts';

export const playbook = definePlaybook({
  title: 'Recover after a complete failure',
  summary:
    'Training is down across the Region: Relight assesses the damage and recovers the failed jobs one at a time, gold first.',
  handles: ['system_failure'],
  steps: (first) =>
    first
      .action('assessment', assessRegion, () => ({}))
      .actionWhen('next1', chooseNextJob, seriesSoFar, whenAnyFailed)
      .actionWhen('job1', recoverNextJob, turnIn('next1'), whenTurn('next1'))
      .actionWhen('next2', chooseNextJob, seriesSoFar, whenLaunched('job1'))
      .actionWhen('job2', recoverNextJob, turnIn('next2'), whenTurn('next2'))
      .actionWhen('next3', chooseNextJob, seriesSoFar, whenLaunched('job2'))
      .actionWhen('job3', recoverNextJob, turnIn('next3'), whenTurn('next3'))
      .actionWhen('next4', chooseNextJob, seriesSoFar, whenLaunched('job3'))
      .actionWhen('job4', recoverNextJob, turnIn('next4'), whenTurn('next4'))
      .actionWhen('next5', chooseNextJob, seriesSoFar, whenLaunched('job4'))
      .actionWhen('job5', recoverNextJob, turnIn('next5'), whenTurn('next5'))
      .actionWhen('last', chooseNextJob, seriesSoFar, whenLaunched('job5'))
      .action('account', accountForJobs, accountInput)
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
    const another = { kind: 'system_failure', again: true } as const;
    if (wantsAnotherLook(results))
      return { ...another, why: 'a person asked Relight to check the remaining jobs again' };
    const remaining = results.incident.board === undefined ? [] : dueJobs(results);
    const madeProgress = doneIn(results).length > 0 && endOf(results)?.failedAgain === false;
    if (results.left !== undefined || remaining.length === 0 || !madeProgress) return undefined;
    return { ...another, why: `${counted(remaining.length, 'affected job')} still to be recovered` };
  },
});
