import type { Strategy } from '../../diagnosis/strategy.ts';
import { count } from '../../in-words.ts';
import type { Capacity } from '../../relaunch/capacity.ts';
import { confirmTraining } from '../actions/confirm-training.ts';
import { diagnoseFailure } from '../actions/diagnose-failure.ts';
import { findCheckpoint } from '../actions/find-checkpoint.ts';
import { restartFromScratch } from '../actions/restart-from-scratch.ts';
import { resumeElsewhere } from '../actions/resume-elsewhere.ts';
import { resumeTraining } from '../actions/resume-training.ts';
import { validateCheckpoint } from '../actions/validate-checkpoint.ts';
import { writePostmortem } from '../actions/write-postmortem.ts';
import {
  definePlaybook,
  diagnosisInput,
  type FailureKind,
  failedJobInput,
  handOverByDiagnosis,
  nothingBroke,
  postmortemForm,
  postmortemInput,
  resultOf,
  type Start,
  type When,
} from '../define.ts';

const handles = ['spot_interruption', 'capacity', 'internal', 'hardware', 'time_limit'] as const;

export const playbook = definePlaybook({
  title: 'Resume after a spot interruption',
  summary:
    'AWS reclaimed the instances, had no capacity or had a failure of its own: training continues from the newest good checkpoint.',
  handles,
  steps: (first) =>
    first
      .action('diagnosis', diagnoseFailure, ({ incident }) => diagnosisInput(incident, handles[0]))
      .actionWhen('checkpoint', findCheckpoint, failedJobInput, whenResuming)
      .actionWhen(
        'validation',
        validateCheckpoint,
        (results) => ({
          ...failedJobInput(results),
          folders: resultOf(results.checkpoint, 'checkpoint').folders,
        }),
        whenResuming,
      )
      .actionWhen(
        'resumed',
        resumeTraining,
        (results) => ({
          ...failedJobInput(results),
          uri: resultOf(results.checkpoint, 'checkpoint').uri,
          checkpoint: resultOf(results.validation, 'validation').chosen,
          capacity: capacityOf(results),
        }),
        whenJobEnded,
      )
      .actionWhen(
        'restarted',
        restartFromScratch,
        ({ incident, diagnosis }) => ({
          job: incident.job,
          rpoMinutes: incident.rpoMinutes,
          why: diagnosis.why,
        }),
        whenNoCheckpoints,
      )
      .actionWhen(
        'elsewhere',
        resumeElsewhere,
        (results) => ({
          ...failedJobInput(results),
          uri: resultOf(results.checkpoint, 'checkpoint').uri,
          checkpoint: resultOf(results.validation, 'validation').chosen,
          types: results.diagnosis.types ?? [],
        }),
        whenWaitingForSpot,
      )
      .actionWhen(
        'training',
        confirmTraining,
        ({ resumed, restarted, elsewhere }) => resultOf(resumed ?? restarted ?? elsewhere, 'resumed'),
        whenRelaunching,
      )
      .manualWhen('document', postmortemForm, whenRelightRecovered)
      .actionWhen('postmortem', writePostmortem, postmortemInput, whenRelightRecovered),
  handOver: ({ incident, diagnosis }) => handOverByDiagnosis(handles, diagnosis, incident),
  nothingBroke,
  recovered: ({ incident, diagnosis, resumed, restarted, elsewhere, training }) => {
    const launched = resumed ?? restarted ?? elsewhere;
    if (diagnosis?.strategy === 'none_trains_again')
      return `${incident.job} is training again: SageMaker restarted it`;
    if (training === undefined || launched === undefined) return undefined;
    return `${training.job} is training from ${launched.step === 0 ? 'scratch' : `step ${count(launched.step)}`}`;
  },
});

interface Diagnosed extends Start {
  readonly diagnosis: {
    readonly kind: FailureKind;
    readonly types?: readonly string[] | undefined;
    readonly spot?: boolean | undefined;
    readonly strategy: Strategy;
    readonly why: string;
    readonly trainedUntil?: number | undefined;
  };
}

function capacityOf({ incident, diagnosis }: Diagnosed): Capacity {
  const { kind, spot = false, types = [] } = diagnosis;
  const lost = kind === 'spot_interruption' || kind === 'capacity';
  return { spot, lost, rtoMinutes: incident.rtoMinutes, types: [...types] };
}

function whenResuming({ diagnosis: { strategy, why } }: Diagnosed): When {
  return resumes(strategy) || { skip: why };
}

/** The job keeps no checkpoints, so it can only start over. */
function whenNoCheckpoints({ diagnosis: { strategy, why } }: Diagnosed): When {
  if (strategy === 'restart_from_scratch') return true;
  return { skip: resumes(strategy) ? 'there is a checkpoint to resume from' : why };
}

function whenRelaunching(results: Diagnosed): When {
  return results.diagnosis.strategy === 'restart_from_scratch' || whenResuming(results);
}

function whenJobEnded(results: Diagnosed): When {
  if (results.diagnosis.strategy !== 'resume_elsewhere') return whenResuming(results);
  return { skip: 'the job has not ended yet' };
}

function whenWaitingForSpot({ diagnosis: { strategy, why } }: Diagnosed): When {
  if (strategy === 'resume_elsewhere') return true;
  return { skip: resumes(strategy) ? 'the job has ended' : why };
}

function resumes(strategy: Strategy): boolean {
  return strategy === 'resume_from_checkpoint' || strategy === 'resume_elsewhere';
}

/** No postmortem for a job that SageMaker restarted itself. */
function whenRelightRecovered({ diagnosis: { strategy, why } }: Diagnosed): When {
  return strategy !== 'none_trains_again' || { skip: why };
}
