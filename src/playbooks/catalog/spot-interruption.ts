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
  type Diagnosed,
  definePlaybook,
  diagnosisInput,
  failedJobInput,
  handOverUnlessSure,
  nothingBroke,
  postmortemForm,
  postmortemInput,
  resultOf,
  type Start,
  type When,
  whenStrategy,
} from '../define.ts';

const handles = ['spot_interruption', 'capacity', 'internal', 'hardware', 'time_limit'] as const;
const resuming = ['resume_from_checkpoint', 'resume_elsewhere'] as const satisfies readonly Strategy[];
const whenResuming = whenStrategy(...resuming);
const whenRelaunching = whenStrategy(...resuming, 'restart_from_scratch');

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
        ({ incident: { job, rpoMinutes }, diagnosis: { why } }) => ({ job, rpoMinutes, why }),
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
  handOver: ({ incident, diagnosis }) => handOverUnlessSure(handles, diagnosis, incident),
  nothingBroke,
  recovered: ({ incident, diagnosis, resumed, restarted, elsewhere, training }) => {
    const launched = resumed ?? restarted ?? elsewhere;
    if (diagnosis?.strategy === 'none_trains_again')
      return `${incident.job} is training again: SageMaker restarted it`;
    if (training === undefined || launched === undefined) return undefined;
    return `${training.job} is training from ${launched.step === 0 ? 'scratch' : `step ${count(launched.step)}`}`;
  },
});

type Diagnosis = ReturnType<typeof diagnoseFailure.output.parse>;

function capacityOf({
  incident: { rtoMinutes },
  diagnosis: { kind, spot = false, types = [] },
}: Start & { readonly diagnosis: Diagnosis }): Capacity {
  return { spot, lost: kind === 'spot_interruption' || kind === 'capacity', rtoMinutes, types };
}

/** The job keeps no checkpoints, so it can only start over. */
function whenNoCheckpoints({ diagnosis: { strategy, why } }: Diagnosed): When {
  if (strategy === 'restart_from_scratch') return true;
  return { skip: resumes(strategy) ? 'there is a checkpoint to resume from' : why };
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
  return resuming.some((one) => one === strategy);
}

/** No postmortem for a job that SageMaker restarted itself. */
function whenRelightRecovered({ diagnosis: { strategy, why } }: Diagnosed): When {
  return strategy !== 'none_trains_again' || { skip: why };
}
