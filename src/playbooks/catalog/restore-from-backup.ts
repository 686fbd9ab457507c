import { count } from '../../in-words.ts';
import { confirmTraining } from '../actions/confirm-training.ts';
import { diagnoseFailure } from '../actions/diagnose-failure.ts';
import { findBackup } from '../actions/find-backup.ts';
import { restoreFromBackup } from '../actions/restore-from-backup.ts';
import { writePostmortem } from '../actions/write-postmortem.ts';
import { definePlaybook, failedJobInput, postmortemForm, postmortemInput } from '../define.ts';

export const playbook = definePlaybook({
  title: 'Restore from a backup',
  summary:
    'The job has no checkpoint to resume from: training continues from a backup under s3.backup. Only people can start this playbook.',
  handles: [],
  steps: (first) =>
    first
      .action('diagnosis', diagnoseFailure, ({ incident: { job, failedAt } }) => ({ job, failedAt }))
      .action('backup', findBackup, failedJobInput)
      .action('restored', restoreFromBackup, ({ incident, backup }) => ({
        job: incident.job,
        rpoMinutes: incident.rpoMinutes,
        uri: backup.uri,
        checkpoint: backup.verdict.chosen,
        ageIsSure: backup.ageIsSure,
      }))
      .action('training', confirmTraining, ({ restored }) => restored)
      .manual('document', postmortemForm)
      .action('postmortem', writePostmortem, postmortemInput),
  recovered: ({ restored, training }) =>
    restored && training && `${training.job} is training from step ${count(restored.step)}, from a backup`,
});
