import { count } from '../../in-words.ts';
import { chooseOrigin } from '../actions/choose-origin.ts';
import { confirmTraining } from '../actions/confirm-training.ts';
import { diagnoseFailure } from '../actions/diagnose-failure.ts';
import { fixTrainingData } from '../actions/fix-training-data.ts';
import { retryWithFixedData } from '../actions/retry-with-fixed-data.ts';
import { validateTrainingData } from '../actions/validate-training-data.ts';
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
  relaunchInput,
  resultOf,
  type When,
  whenStrategy,
} from '../define.ts';

const handles = ['data'] as const;
const whenData = whenStrategy('retry_after_data_fix');

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
        (results) => {
          const { inputs, identities } = resultOf(results.fixed, 'fixed');
          return { ...relaunchInput(results), inputs, identities, useFixed: true };
        },
        whenBroken,
      )
      .actionWhen('training', confirmTraining, ({ retried }) => resultOf(retried, 'retried'), whenBroken)
      .manual('document', postmortemForm)
      .action('postmortem', writePostmortem, postmortemInput),
  handOver: ({ incident, diagnosis, checked }) =>
    checked !== undefined && checked.errors === 0
      ? { kind: 'unknown', why: 'the training data has no broken records' }
      : handOverUnlessSure(handles, diagnosis, incident),
  nothingBroke,
  recovered: ({ retried, training }) =>
    training === undefined || retried === undefined
      ? undefined
      : `${training.job} is training on the ${retried.usesFixed ? 'fixed' : 'original'} data${retried.step === 0 ? '' : `, from step ${count(retried.step)}`}`,
});

function whenBroken(
  results: Diagnosed & { readonly checked: { readonly errors: number } | undefined },
): When {
  return results.checked?.errors === 0 ? { skip: 'no records are broken' } : whenData(results);
}
