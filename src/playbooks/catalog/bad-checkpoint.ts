import { count } from '../../in-words.ts';
import type { Origin } from '../../relaunch/relaunch-terms.ts';
import { chooseOrigin } from '../actions/choose-origin.ts';
import { confirmTraining } from '../actions/confirm-training.ts';
import { diagnoseFailure } from '../actions/diagnose-failure.ts';
import { restartFromScratch } from '../actions/restart-from-scratch.ts';
import { resumeTraining } from '../actions/resume-training.ts';
import { strikeOutCheckpoint } from '../actions/strike-out-checkpoint.ts';
import { writePostmortem } from '../actions/write-postmortem.ts';
import {
  type Diagnosed,
  definePlaybook,
  diagnosisInput,
  failedJobInput,
  handOverByDiagnosis,
  nothingBroke,
  postmortemForm,
  postmortemInput,
  resultOf,
  type When,
  whenStrategy,
} from '../define.ts';

const handles = ['bad_checkpoint'] as const;
const whenBroken = whenStrategy('resume_from_earlier_checkpoint');

export const playbook = definePlaybook({
  title: 'Resume from the previous checkpoint',
  summary:
    'The job failed while loading its checkpoint: Relight puts that checkpoint on the blocklist and resumes training from the previous one.',
  handles,
  steps: (first) =>
    first
      .action('diagnosis', diagnoseFailure, ({ incident }) => diagnosisInput(incident, handles[0]))
      .actionWhen(
        'struck',
        strikeOutCheckpoint,
        ({ incident, diagnosis }) => ({ job: incident.job, why: diagnosis.evidence[0] ?? diagnosis.why }),
        whenBroken,
      )
      .actionWhen(
        'origin',
        chooseOrigin,
        (results) => ({ ...failedJobInput(results), job: resultOf(results.struck, 'struck').lookIn }),
        whenBroken,
      )
      .actionWhen(
        'resumed',
        resumeTraining,
        ({ incident: { job, rpoMinutes, rtoMinutes }, diagnosis: { spot = false, types = [] }, origin }) => ({
          job,
          rpoMinutes,
          capacity: { spot, lost: false, rtoMinutes, types },
          ...fromCheckpoint(resultOf(origin, 'origin').origin),
        }),
        whenCheckpointLeft,
      )
      .actionWhen(
        'restarted',
        restartFromScratch,
        ({ incident: { job, rpoMinutes }, origin }) => ({ job, rpoMinutes, why: whyFromScratch(origin) }),
        whenNoCheckpointLeft,
      )
      .actionWhen(
        'training',
        confirmTraining,
        ({ resumed, restarted }) => resultOf(resumed ?? restarted, 'resumed'),
        whenBroken,
      )
      .manual('document', postmortemForm)
      .action('postmortem', writePostmortem, postmortemInput),
  handOver: ({ incident, diagnosis }) => handOverByDiagnosis(handles, diagnosis, incident),
  nothingBroke,
  recovered: ({ resumed, training }) => {
    if (training === undefined) return undefined;
    return resumed === undefined
      ? `${training.job} is training from scratch: no usable checkpoint was left`
      : `${training.job} is training from step ${count(resumed.step)}, from the checkpoint before the broken one`;
  },
});

interface Chosen extends Diagnosed {
  readonly origin: { readonly origin: Origin } | undefined;
}

function whenCheckpointLeft(results: Chosen): When {
  const { origin } = results.origin ?? {};
  return origin?.from === 'scratch' ? { skip: origin.why } : whenBroken(results);
}

function whenNoCheckpointLeft(results: Chosen): When {
  const { origin } = results.origin ?? {};
  return origin?.from === 'checkpoint' ? { skip: 'a usable checkpoint is left' } : whenBroken(results);
}

function whyFromScratch(chosen: Chosen['origin']): string {
  const { origin } = resultOf(chosen, 'origin');
  return origin.from === 'scratch' ? origin.why : '';
}

function fromCheckpoint(origin: Origin): Omit<Extract<Origin, { from: 'checkpoint' }>, 'from'> {
  return resultOf(origin.from === 'checkpoint' ? origin : undefined, 'origin');
}
