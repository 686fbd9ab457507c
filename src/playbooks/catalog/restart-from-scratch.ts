import { confirmTraining } from '../actions/confirm-training.ts';
import { diagnoseFailure } from '../actions/diagnose-failure.ts';
import { restartFromScratch } from '../actions/restart-from-scratch.ts';
import { writePostmortem } from '../actions/write-postmortem.ts';
import { definePlaybook, postmortemForm, postmortemInput } from '../define.ts';

export const playbook = definePlaybook({
  title: 'Restart from scratch',
  summary:
    'There is nothing to resume from: the job starts over with an empty checkpoint folder. Only people can start this playbook.',
  handles: [],
  steps: (first) =>
    first
      .action('diagnosis', diagnoseFailure, ({ incident: { job, failedAt } }) => ({ job, failedAt }))
      .action('restarted', restartFromScratch, ({ incident: { job, rpoMinutes } }) => ({
        job,
        rpoMinutes,
        why: 'a person decided that there is nothing to resume from',
      }))
      .action('training', confirmTraining, ({ restarted }) => restarted)
      .manual('document', postmortemForm)
      .action('postmortem', writePostmortem, postmortemInput),
  recovered: ({ training }) => training && `${training.job} is training from scratch`,
});
