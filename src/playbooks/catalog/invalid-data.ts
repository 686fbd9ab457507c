import type { Strategy } from '../../diagnosis/strategy.ts';
import { count } from '../../in-words.ts';
import { chooseOrigin } from '../actions/choose-origin.ts';
import { confirmTraining } from '../actions/confirm-training.ts';
import { diagnoseFailure } from '../actions/diagnose-failure.ts';
import { fixTrainingData } from '../actions/fix-training-data.ts';
import { retryWithFixedData } from '../actions/retry-with-fixed-data.ts';
import { validateTrainingData } from '../actions/validate-training-data.ts';
import { writePostmortem } from '../actions/write-postmortem.ts';
import {
  definePlaybook,
  diagnosisInput,
  failedJobInput,
  handOverByDiagnosis,
  nothingBroke,
  postmortemForm,
  postmortemInput,
  resultOf,
  type Start,
  type When,
} from '../define.ts';

const handles = ['data'] as const;

export const playbook = definePlaybook({
  title: 'Fix the training data and retry',
  summary:
    'The training data could not be loaded: Relight lists every broken record, writes a fixed copy to a separate prefix, and retries the job on that copy.',
  handles,
  steps: (first) =>
    first
      .action('diagnosis', diagnoseFailure, ({ incident }) => diagnosisInput(incident, handles[0]))
      .actionWhen(
        'checked',
        validateTrainingData,
        ({ incident, diagnosis }) => ({
          uris: [...new Set(Object.values(diagnosis.inputs))],
          tier: incident.tier,
        }),
        whenData,
      )
      .actionWhen(
        'fixed',
        fixTrainingData,
        ({ incident, diagnosis }) => ({ inputs: diagnosis.inputs, tier: incident.tier }),
        whenBroken,
      )
      .actionWhen('origin', chooseOrigin, failedJobInput, whenBroken)
      .actionWhen(
        'retried',
        retryWithFixedData,
        ({ incident, origin, fixed }) => ({
          job: incident.job,
          origin: resultOf(origin, 'origin').origin,
          rpoMinutes: incident.rpoMinutes,
          inputs: resultOf(fixed, 'fixed').inputs,
          identities: resultOf(fixed, 'fixed').identities,
          useFixed: true,
        }),
        whenBroken,
      )
      .actionWhen('training', confirmTraining, ({ retried }) => resultOf(retried, 'retried'), whenBroken)
      .manual('document', postmortemForm)
      .action('postmortem', writePostmortem, postmortemInput),
  handOver: ({ incident, diagnosis, checked }) =>
    checked !== undefined && checked.errors === 0
      ? { kind: 'unknown', why: 'the training data has no broken records' }
      : handOverByDiagnosis(handles, diagnosis, incident),
  nothingBroke,
  recovered: ({ retried, training }) =>
    training === undefined || retried === undefined
      ? undefined
      : `${training.job} is training on the ${retried.usesFixed ? 'fixed' : 'original'} data${retried.step === 0 ? '' : `, from step ${count(retried.step)}`}`,
});

interface Diagnosed extends Start {
  readonly diagnosis: { readonly strategy: Strategy; readonly why: string };
}

function whenData({ diagnosis: { strategy, why } }: Diagnosed): When {
  return strategy === 'retry_after_data_fix' || { skip: why };
}

function whenBroken(
  results: Diagnosed & { readonly checked: { readonly errors: number } | undefined },
): When {
  if (results.checked?.errors === 0) return { skip: 'no records are broken' };
  return whenData(results);
}
