import { count, counted } from '../../in-words.ts';
import { chooseOrigin } from '../actions/choose-origin.ts';
import { confirmTraining } from '../actions/confirm-training.ts';
import { diagnoseFailure } from '../actions/diagnose-failure.ts';
import { findSavedInstanceCount } from '../actions/find-saved-instance-count.ts';
import { resumeWithInstanceCount } from '../actions/resume-with-instance-count.ts';
import { writePostmortem } from '../actions/write-postmortem.ts';
import {
  definePlaybook,
  failedJobInput,
  nothingBroke,
  postmortemForm,
  postmortemInput,
  relaunchInput,
} from '../define.ts';

export const playbook = definePlaybook({
  title: 'Restore the instance count',
  summary:
    'The checkpoint was saved by another number of ranks than the job has: training continues on as many instances as saved it.',
  handles: [],
  steps: (first) =>
    first
      .action('diagnosis', diagnoseFailure, ({ incident: { job, failedAt } }) => ({ job, failedAt }))
      .action('origin', chooseOrigin, failedJobInput)
      .action('saved', findSavedInstanceCount, ({ incident: { job }, origin: { origin } }) => ({
        job,
        origin,
      }))
      .action('resumed', resumeWithInstanceCount, (results) => ({
        ...relaunchInput(results),
        instanceCount: results.saved.instanceCount,
      }))
      .action('training', confirmTraining, ({ resumed }) => resumed)
      .manual('document', postmortemForm)
      .action('postmortem', writePostmortem, postmortemInput),
  nothingBroke,
  recovered: ({ saved, resumed, training }) =>
    training === undefined || resumed === undefined || saved === undefined
      ? undefined
      : `${training.job} is training from step ${count(resumed.step)} with ${counted(saved.ranks, 'rank')}`,
});
