import { chooseOrigin } from '../actions/choose-origin.ts';
import { confirmTraining } from '../actions/confirm-training.ts';
import { diagnoseFailure } from '../actions/diagnose-failure.ts';
import { resumeTraining } from '../actions/resume-training.ts';
import { strikeOutCheckpoint } from '../actions/strike-out-checkpoint.ts';
import { writePostmortem } from '../actions/write-postmortem.ts';
import { definePlaybook, type Start, type When } from '../define.ts';
import type { Strategy } from '../diagnosis/strategy.ts';
import { whatToDiagnose } from '../diagnosis/what-to-diagnose.ts';
import { toTheOneFor } from '../hand-over.ts';
import { count } from '../in-words.ts';
import type { Origin } from '../launch/origin.ts';
import { resultOf } from '../result-of.ts';
import { writeItDown } from '../write-it-down.ts';

const handles = ['bad_checkpoint'] as const;

export const playbook = definePlaybook({
  title: 'Resume from the checkpoint before',
  summary:
    'The job died while loading its checkpoint: that one is struck out for good, and the one before is taken.',
  handles,
  steps: (first) =>
    first
      .action('diagnosis', diagnoseFailure, ({ incident }) => whatToDiagnose(incident, handles[0]))
      .actionWhen(
        'struck',
        strikeOutCheckpoint,
        ({ incident, diagnosis }) => ({ job: incident.job, why: diagnosis.evidence[0] ?? diagnosis.why }),
        whenBroken,
      )
      .actionWhen(
        'origin',
        chooseOrigin,
        ({ incident, diagnosis, struck }) => ({
          job: resultOf(struck, 'struck').lookIn,
          trainedUntil: diagnosis.trainedUntil ?? incident.failedAt,
          rpoMinutes: incident.rpoMinutes,
        }),
        whenBroken,
      )
      .actionWhen(
        'resumed',
        resumeTraining,
        ({ incident, origin }) => ({
          job: incident.job,
          rpoMinutes: incident.rpoMinutes,
          ...fromCheckpoint(resultOf(origin, 'origin').origin),
        }),
        whenOneIsLeft,
      )
      .actionWhen('training', confirmTraining, ({ resumed }) => resultOf(resumed, 'resumed'), whenOneIsLeft)
      .manual('document', writeItDown)
      .action('postmortem', writePostmortem, ({ incident, document }) => ({
        incident: incident.id,
        answers: document,
      })),
  handOver: ({ diagnosis }) => toTheOneFor(handles, diagnosis),
  recovered: ({ resumed, training }) =>
    training === undefined || resumed === undefined
      ? undefined
      : `${training.job} trains from step ${count(resumed.step)}, from the checkpoint before the broken one`,
});

interface Diagnosed extends Start {
  readonly diagnosis: { readonly strategy: Strategy; readonly why: string };
}

function whenBroken({ diagnosis: { strategy, why } }: Diagnosed): When {
  return strategy === 'resume_from_earlier_checkpoint' || { skip: why };
}

function whenOneIsLeft(
  results: Diagnosed & { readonly origin: { readonly origin: Origin } | undefined },
): When {
  const { origin } = results.origin ?? {};
  return origin?.from === 'scratch' ? { skip: origin.why } : whenBroken(results);
}

function fromCheckpoint(origin: Origin): Omit<Extract<Origin, { from: 'checkpoint' }>, 'from'> {
  return resultOf(origin.from === 'checkpoint' ? origin : undefined, 'origin');
}
