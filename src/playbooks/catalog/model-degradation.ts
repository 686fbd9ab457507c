import { fixesIn, fixFields } from '../../models/hyperparameter-fixes.ts';
import type { KnownParameters } from '../../models/known-parameters.ts';
import { versionName } from '../../models/version.ts';
import { compareModelPerformance } from '../actions/compare-model-performance.ts';
import { compareRetrainedModel } from '../actions/compare-retrained-model.ts';
import { compareTrainingJobs } from '../actions/compare-training-jobs.ts';
import { confirmPromotion } from '../actions/confirm-promotion.ts';
import { findFallbackModel } from '../actions/find-fallback-model.ts';
import { findServedModel } from '../actions/find-served-model.ts';
import { markVersionRejected } from '../actions/mark-version-rejected.ts';
import { promoteModelVersion } from '../actions/promote-model-version.ts';
import { retrain } from '../actions/retrain.ts';
import { watchRetraining } from '../actions/watch-retraining.ts';
import { writePostmortem } from '../actions/write-postmortem.ts';
import {
  type Answers,
  definePlaybook,
  type ManualStep,
  postmortemForm,
  postmortemInput,
  resultOf,
  type Start,
  type When,
  type Wrong,
} from '../define.ts';

// Journals store these choices as answers, so their text must not change.
const later = 'not now';
const now = 'retrain now';

const decideOnRetraining = {
  title: 'Decide whether to retrain',
  asks: 'The step above shows what changed in training. Retraining reruns the training job of the bad version with at least one changed hyperparameter.',
  button: 'Decide',
  approver: 'responder',
  fields: [
    { key: 'retrain', label: 'Retrain', kind: 'choice', choices: [later, now], initial: later },
    ...fixFields(),
  ],
} as const satisfies ManualStep;

/** This incident is about an endpoint, so `incident.job` is the name of the endpoint. */
export const playbook = definePlaybook({
  title: 'Roll back to the previous model',
  summary:
    'Model quality degraded in production: the endpoint goes back to the last good version, the bad version is rejected, and Relight compares how the two were trained.',
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
        alarms: [...(incident.alarms ?? [])],
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
      .manual('decision', decideOnRetraining, (results, answers) => problemWithDecision(results, answers))
      .actionWhen(
        'retrained',
        retrain,
        ({ incident, fallback, changes, decision }) => ({
          job: resultOf(fallback.served.job, 'fallback'),
          rpoMinutes: incident.rpoMinutes,
          ...fixesOf(decision),
          ...(changes.parameters !== undefined && { known: changes.parameters }),
        }),
        ({ fallback, decision }) => whenRetraining(fallback.served.job, decision.retrain),
      )
      .actionWhen(
        'retraining',
        watchRetraining,
        ({ retrained }) => ({ job: resultOf(retrained, 'retrained').job }),
        ({ retrained }) => retrained !== undefined || { skip: 'no retraining was requested' },
      )
      .actionWhen(
        'compared',
        compareRetrainedModel,
        ({ served, fallback, performance, retraining }) => ({
          job: resultOf(retraining, 'retraining').job,
          group: served.group,
          served: versionName(fallback.served),
          servedJob: resultOf(fallback.served.job, 'fallback'),
          evaluation: fallback.served.evaluation,
          alarmed: performance.alarmed.map(({ label }) => label),
        }),
        ({ retraining }) => whenTrained(retraining?.status),
      )
      .manual('document', postmortemForm)
      .action('postmortem', writePostmortem, postmortemInput),
  recovered: ({ restored }) => restored && `${restored.endpoint} is serving ${restored.version} again`,
});

interface Changes extends Start {
  readonly fallback: { readonly served: { readonly job?: string | undefined } };
  readonly changes: { readonly parameters?: KnownParameters | undefined };
}

/** Retraining costs as much as training, so it only starts with values that the job accepts. */
function problemWithDecision(
  { fallback, changes }: Changes,
  { retrain: choice, ...answers }: Answers,
): Wrong | undefined {
  const hasFixes = (answers['fixes'] ?? '').trim() !== '';
  if (choice !== now)
    return hasFixes
      ? { field: 'retrain', wrong: `Choose “${now}” to retrain with the values below, or clear the field` }
      : undefined;
  if (fallback.served.job === undefined || changes.parameters === undefined)
    return {
      field: 'retrain',
      wrong: 'The job that trained the bad version cannot be read, so it cannot be retrained',
    };
  const read = fixesIn(answers, changes.parameters);
  return 'wrong' in read ? { field: 'fixes', wrong: read.wrong } : undefined;
}

/** The form has already checked the answers; `retrain` checks the values again against the current job. */
function fixesOf(answers: Answers): { hyperParameters: Record<string, string>; unusual: boolean } {
  const read = fixesIn(answers, undefined);
  const { hyperParameters, unusual } = 'wrong' in read ? { hyperParameters: {}, unusual: false } : read;
  return { hyperParameters: { ...hyperParameters }, unusual };
}

function whenRetraining(job: string | undefined, choice: string): When {
  if (choice !== now) return { skip: 'no retraining was requested' };
  return job !== undefined || { skip: 'the registry does not record which job trained the bad version' };
}

function whenTrained(status: string | undefined): When {
  if (status === undefined) return { skip: 'no retraining was requested' };
  return (
    status === 'Completed' || { skip: `the retraining is ${status}, so there is no new model to compare` }
  );
}
