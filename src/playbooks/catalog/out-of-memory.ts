import { count } from '../../in-words.ts';
import { chooseOrigin } from '../actions/choose-origin.ts';
import { confirmTraining } from '../actions/confirm-training.ts';
import { diagnoseFailure } from '../actions/diagnose-failure.ts';
import { type MemoryPlan, planSmallerBatch } from '../actions/plan-smaller-batch.ts';
import { retryOnLargerInstance } from '../actions/retry-on-larger-instance.ts';
import { retryWithExpandableSegments } from '../actions/retry-with-expandable-segments.ts';
import { retryWithSmallerBatch } from '../actions/retry-with-smaller-batch.ts';
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

const handles = ['oom_gpu', 'oom_host'] as const;
const whenOutOfMemory = whenStrategy('retry_with_reduced_batch', 'retry_on_larger_instance');

export const playbook = definePlaybook({
  title: 'Retry after running out of memory',
  summary:
    'The GPU or the instance ran out of memory: training continues with a smaller batch, on an instance with more memory, or with a different allocator setting.',
  handles,
  steps: (first) =>
    first
      .action('diagnosis', diagnoseFailure, ({ incident }) => diagnosisInput(incident, handles[0]))
      .actionWhen(
        'plan',
        planSmallerBatch,
        ({ incident, diagnosis }) => ({ job: incident.job, kind: diagnosis.kind }),
        whenOutOfMemory,
      )
      .actionWhen('origin', chooseOrigin, failedJobInput, whenOutOfMemory)
      .actionWhen(
        'retried',
        retryWithSmallerBatch,
        (results) => ({ ...relaunchInput(results), plan: resultOf(results.plan, 'plan'), expandable: false }),
        (results) => whenPlanned(results, 'smaller-batch'),
      )
      .actionWhen(
        'moved',
        retryOnLargerInstance,
        (results) => ({ ...relaunchInput(results), larger: resultOf(results.plan, 'plan').larger }),
        (results) => whenPlanned(results, 'larger-instance'),
      )
      .actionWhen(
        'expanded',
        retryWithExpandableSegments,
        (results) => ({ ...relaunchInput(results), environment: resultOf(results.plan, 'plan').environment }),
        (results) => whenPlanned(results, 'allocator'),
      )
      .actionWhen(
        'training',
        confirmTraining,
        ({ retried, moved, expanded }) => resultOf(retried ?? moved ?? expanded, 'retried'),
        whenOutOfMemory,
      )
      .manual('document', postmortemForm)
      .action('postmortem', writePostmortem, postmortemInput),
  handOver: ({ incident, diagnosis }) => handOverUnlessSure(handles, diagnosis, incident),
  nothingBroke,
  recovered: ({ incident, plan, retried, moved, expanded, training }) => {
    const launched = retried ?? moved ?? expanded;
    if (training === undefined || launched === undefined) return undefined;
    const from = launched.step === 0 ? 'from scratch' : `from step ${count(launched.step)}`;
    return `${training.job} is training ${from} ${howPlanned[plan?.way ?? 'larger-instance']}, replacing ${incident.job}`;
  },
});

const howPlanned: Readonly<Record<MemoryPlan['way'], string>> = {
  'smaller-batch': 'with a smaller batch',
  'larger-instance': 'on a larger instance',
  allocator: 'with a different memory allocator setting',
};

function whenPlanned(
  results: Diagnosed & { readonly plan: { readonly way: string; readonly why: string } | undefined },
  way: string,
): When {
  const outOfMemory = whenOutOfMemory(results);
  if (outOfMemory !== true || results.plan?.way === way) return outOfMemory;
  return { skip: results.plan?.why ?? 'there is no memory plan' };
}
