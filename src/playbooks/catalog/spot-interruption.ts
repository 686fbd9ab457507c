import { confirmTraining } from '../actions/confirm-training.ts';
import { diagnoseFailure } from '../actions/diagnose-failure.ts';
import { findCheckpoint } from '../actions/find-checkpoint.ts';
import { resumeTraining } from '../actions/resume-training.ts';
import { validateCheckpoint } from '../actions/validate-checkpoint.ts';
import { definePlaybook, type Start, type When } from '../define.ts';
import type { Strategy } from '../diagnosis/strategy.ts';
import { count } from '../in-words.ts';
import { resultOf } from '../result-of.ts';
import { writeItDown } from '../write-it-down.ts';

export const playbook = definePlaybook({
  title: 'Resume after a spot interruption',
  summary:
    'AWS took the instances back, or had none to give: training goes on from the newest good checkpoint.',
  handles: ['spot_interruption', 'capacity'],
  steps: (first) =>
    first
      .action('diagnosis', diagnoseFailure, ({ incident }) => ({
        job: incident.job,
        failedAt: incident.failedAt,
      }))
      .actionWhen('checkpoint', findCheckpoint, jobAsItStopped, whenResuming)
      .actionWhen(
        'validation',
        validateCheckpoint,
        (results) => ({
          ...jobAsItStopped(results),
          folders: resultOf(results.checkpoint, 'checkpoint').folders,
        }),
        whenResuming,
      )
      .actionWhen(
        'resumed',
        resumeTraining,
        (results) => ({
          ...jobAsItStopped(results),
          uri: resultOf(results.checkpoint, 'checkpoint').uri,
          checkpoint: resultOf(results.validation, 'validation').chosen,
        }),
        whenResuming,
      )
      .actionWhen('training', confirmTraining, ({ resumed }) => resultOf(resumed, 'resumed'), whenResuming)
      .manual('document', writeItDown),
  recovered: ({ incident, diagnosis, resumed, training }) => {
    if (diagnosis?.strategy === 'none_trains_again')
      return `${incident.job} trains again: SageMaker restarted it by itself`;
    if (training === undefined || resumed === undefined) return undefined;
    return `${training.job} trains from step ${count(resumed.step)}`;
  },
});

interface Diagnosed extends Start {
  readonly diagnosis: {
    readonly strategy: Strategy;
    readonly why: string;
    readonly trainedUntil?: number | undefined;
  };
}

function jobAsItStopped({ incident, diagnosis }: Diagnosed): {
  job: string;
  trainedUntil: number;
  rpoMinutes: number;
} {
  return {
    job: incident.job,
    trainedUntil: diagnosis.trainedUntil ?? incident.failedAt,
    rpoMinutes: incident.rpoMinutes,
  };
}

/** A job without checkpoints goes on to the next step too, which says what to do then. */
function whenResuming({ diagnosis: { strategy, why } }: Diagnosed): When {
  return strategy === 'resume_from_checkpoint' || strategy === 'restart_from_scratch' || { skip: why };
}
