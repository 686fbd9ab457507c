import { count } from '../../in-words.ts';
import type { Origin } from '../../relaunch/relaunch-terms.ts';
import { blockCheckpoint } from '../actions/block-checkpoint.ts';
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
  handOverUnlessSure,
  type ManualStep,
  nothingBroke,
  postmortemForm,
  postmortemInput,
  resultOf,
  type When,
  whenStrategy,
} from '../define.ts';

const handles = ['bad_checkpoint'] as const;

// Journals store these choices as answers, so their text must not change.
const leave = 'leave it';
const block = 'block it';

const decideOnBlocking = {
  title: 'Decide whether to block the checkpoint',
  asks: 'This incident has passed over the broken checkpoint. A block makes every other incident pass over it too, until the image or the script of the job changes or someone undoes it with /relight checkpoints. Leave it if the code is at fault and not the files.',
  button: 'Decide',
  approver: 'responder',
  fields: [{ key: 'block', label: 'Checkpoint', kind: 'choice', choices: [leave, block], initial: leave }],
} as const satisfies ManualStep;

const whenBroken = whenStrategy('resume_from_earlier_checkpoint');

export const playbook = definePlaybook({
  title: 'Resume from the previous checkpoint',
  summary:
    'The job failed while loading its checkpoint: Relight passes over that checkpoint, resumes training from the previous one, and asks whether to block the broken one in all incidents.',
  handles,
  steps: (first) =>
    first
      .action('diagnosis', diagnoseFailure, ({ incident }) => diagnosisInput(incident, handles[0]))
      .actionWhen(
        'struck',
        strikeOutCheckpoint,
        ({ incident, diagnosis }) => ({ job: incident.job, incident: incident.id, why: whyOf(diagnosis) }),
        whenBroken,
      )
      .actionWhen(
        'origin',
        chooseOrigin,
        (results) => {
          const { lookIn, struck, before } = resultOf(results.struck, 'struck');
          return { ...failedJobInput(results), job: lookIn, passOver: [...struck, ...before] };
        },
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
      .manualWhen('blocking', decideOnBlocking, whenSure)
      .actionWhen(
        'blocked',
        blockCheckpoint,
        ({ incident, diagnosis, struck }) => ({
          job: incident.job,
          checkpoints: resultOf(struck, 'struck').struck,
          why: whyOf(diagnosis),
          confidence: resultOf(sureOf(diagnosis), 'diagnosis'),
        }),
        ({ blocking }) => blocking?.block === block || { skip: 'nobody asked to block it' },
      )
      .manual('document', postmortemForm)
      .action('postmortem', writePostmortem, postmortemInput),
  handOver: ({ incident, diagnosis }) => handOverUnlessSure(handles, diagnosis, incident),
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

interface Struck extends Diagnosed {
  readonly diagnosis: Diagnosed['diagnosis'] & { readonly confidence: 'high' | 'medium' | 'low' };
  readonly struck: { readonly struck: readonly unknown[] } | undefined;
}

/** A block outlives the incident, so it is only offered if the diagnosis is more than a suspicion. */
function whenSure(results: Struck): When {
  const { diagnosis, struck } = results;
  if ((struck?.struck.length ?? 0) === 0) return { skip: 'no checkpoint broke the job' };
  return sureOf(diagnosis) === undefined ? { skip: 'the cause is only suspected' } : whenBroken(results);
}

function sureOf({ confidence }: Struck['diagnosis']): 'high' | 'medium' | undefined {
  return confidence === 'low' ? undefined : confidence;
}

function whyOf({ evidence, why }: { readonly evidence: readonly string[]; readonly why: string }): string {
  return evidence[0] ?? why;
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
