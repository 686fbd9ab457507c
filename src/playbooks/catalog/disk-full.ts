import { count } from '../../in-words.ts';
import { chooseOrigin } from '../actions/choose-origin.ts';
import { confirmTraining } from '../actions/confirm-training.ts';
import { diagnoseFailure } from '../actions/diagnose-failure.ts';
import { planMoreStorage } from '../actions/plan-more-storage.ts';
import { retryOnLargerInstance } from '../actions/retry-on-larger-instance.ts';
import { retryWithLargerVolume } from '../actions/retry-with-larger-volume.ts';
import { writePostmortem } from '../actions/write-postmortem.ts';
import {
  definePlaybook,
  diagnosisInput,
  failedJobInput,
  handOverUnlessSure,
  nothingBroke,
  postmortemForm,
  postmortemInput,
  relaunchInput,
  resultOf,
  type When,
  whenEndedWith,
} from '../define.ts';

const handles = ['disk_full'] as const;
const whenFull = whenEndedWith(...handles);

export const playbook = definePlaybook({
  title: 'Retry with more storage',
  summary:
    'The disk filled up: training continues from the newest good checkpoint with a larger volume, or on an instance with more local storage.',
  handles,
  steps: (first) =>
    first
      .action('diagnosis', diagnoseFailure, ({ incident }) => diagnosisInput(incident, handles[0]))
      .actionWhen(
        'plan',
        planMoreStorage,
        ({ incident, diagnosis }) => ({ job: incident.job, evidence: diagnosis.evidence }),
        whenFull,
      )
      .actionWhen('origin', chooseOrigin, failedJobInput, whenFull)
      .actionWhen(
        'enlarged',
        retryWithLargerVolume,
        (results) => {
          const { before, after = before } = resultOf(results.plan, 'plan');
          return { ...relaunchInput(results), before, volumeGb: after };
        },
        (results) => whenPlanned(results, 'larger-volume'),
      )
      .actionWhen(
        'moved',
        retryOnLargerInstance,
        (results) => ({
          ...relaunchInput(results),
          larger: resultOf(results.plan, 'plan').types,
          lacks: 'storage' as const,
        }),
        (results) => whenPlanned(results, 'larger-instance'),
      )
      .actionWhen(
        'training',
        confirmTraining,
        ({ enlarged, moved }) => resultOf(enlarged ?? moved, 'enlarged'),
        whenFull,
      )
      .manual('document', postmortemForm)
      .action('postmortem', writePostmortem, postmortemInput),
  handOver: ({ incident, diagnosis }) => handOverUnlessSure(handles, diagnosis, incident),
  nothingBroke,
  recovered: ({ enlarged, moved, training }) => {
    const launched = enlarged ?? moved;
    if (training === undefined || launched === undefined) return undefined;
    const from = launched.step === 0 ? 'from scratch' : `from step ${count(launched.step)}`;
    return `${training.job} is training ${from} with more storage`;
  },
});

function whenPlanned(
  results: Parameters<typeof whenFull>[0] & { readonly plan: { readonly way: string } | undefined },
  way: 'larger-volume' | 'larger-instance',
): When {
  const full = whenFull(results);
  if (full !== true || results.plan?.way === way) return full;
  return {
    skip:
      way === 'larger-volume'
        ? 'this instance type uses local storage, which cannot grow'
        : 'a larger volume is enough',
  };
}
