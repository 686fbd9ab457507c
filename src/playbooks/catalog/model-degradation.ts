import { compareModelPerformance } from '../actions/compare-model-performance.ts';
import { compareTrainingJobs } from '../actions/compare-training-jobs.ts';
import { confirmPromotion } from '../actions/confirm-promotion.ts';
import { findFallbackModel } from '../actions/find-fallback-model.ts';
import { findServedModel } from '../actions/find-served-model.ts';
import { markVersionRejected } from '../actions/mark-version-rejected.ts';
import { promoteModelVersion } from '../actions/promote-model-version.ts';
import { retrain } from '../actions/retrain.ts';
import { writePostmortem } from '../actions/write-postmortem.ts';
import { definePlaybook, type When } from '../define.ts';
import { hyperParametersIn } from '../models/asked-hyperparameters.ts';
import { whatToWrite } from '../postmortem/what-to-write.ts';
import { resultOf } from '../result-of.ts';
import { writeItDown } from '../write-it-down.ts';

const later = 'not now';
const now = 'retrain now';

/** The incident is about an endpoint: its name stands where other incidents have a training job. */
export const playbook = definePlaybook({
  title: 'Roll back to the model before',
  summary:
    'The live model got worse: the endpoint goes back to the last good version, the bad one is marked, and what changed is looked into.',
  handles: ['model_degraded'],
  steps: (first) =>
    first
      .action('served', findServedModel, ({ incident }) => ({ endpoint: incident.job }))
      .action('fallback', findFallbackModel, ({ served: { group, version } }) => ({ group, version }))
      .action('performance', compareModelPerformance, ({ incident, served, fallback }) => ({
        endpoint: incident.job,
        variant: served.variant,
        failedAt: incident.failedAt,
        served: fallback.served,
        fallback: fallback.fallback,
      }))
      .action('promoted', promoteModelVersion, ({ incident, fallback }) => ({
        endpoint: incident.job,
        fallback: fallback.fallback,
      }))
      .action('restored', confirmPromotion, ({ promoted }) => promoted)
      .action('marked', markVersionRejected, ({ incident, fallback }) => ({
        bad: fallback.served,
        incident: incident.id,
      }))
      .action('changes', compareTrainingJobs, ({ fallback: { served, fallback } }) => ({
        served: served.job,
        fallback: fallback.job,
      }))
      .manual('decision', {
        title: 'Retrain or not',
        asks: 'Read what changed in training above. To retrain, name the fixes: one hyperparameter a line, as name=value.',
        button: 'Decide',
        approver: 'responder',
        fields: [
          { key: 'retrain', label: 'Retrain', kind: 'choice', choices: [later, now], initial: later },
          { key: 'fixes', label: 'Hyperparameters to change', kind: 'paragraph', optional: true },
        ],
      })
      .actionWhen(
        'retrained',
        retrain,
        ({ incident, fallback, decision }) => ({
          job: resultOf(fallback.served.job, 'fallback'),
          rpoMinutes: incident.rpoMinutes,
          hyperParameters: fixesIn(decision.fixes),
        }),
        ({ fallback, decision }) => whenRetraining(fallback.served.job, decision.retrain),
      )
      .manual('document', writeItDown)
      .action('postmortem', writePostmortem, whatToWrite),
  recovered: ({ restored }) => restored && `${restored.endpoint} serves ${restored.version} again`,
});

function whenRetraining(job: string | undefined, choice: string): When {
  if (choice !== now) return { skip: 'not wanted now' };
  return job !== undefined || { skip: 'the registry does not say which job trained the bad version' };
}

/** What cannot be read is left to the form of the step, which says what is wrong with it. */
function fixesIn(text: string): Record<string, string> {
  const read = hyperParametersIn(text);
  return 'wrong' in read ? {} : { ...read.hyperParameters };
}
