import { count } from '../../in-words.ts';
import { readPin } from '../../relaunch/pin/requirement.ts';
import { chooseOrigin } from '../actions/choose-origin.ts';
import { confirmTraining } from '../actions/confirm-training.ts';
import { diagnoseFailure } from '../actions/diagnose-failure.ts';
import { planDependencyPin } from '../actions/plan-dependency-pin.ts';
import { retryWithPin } from '../actions/retry-with-pin.ts';
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

const handles = ['dependency_install'] as const;
const whenEnded = whenEndedWith(...handles);

export const playbook = definePlaybook({
  title: 'Pin a dependency',
  summary:
    'The job needs another version of a package: Relight pins it in a copy of the source archive, and training continues from the newest good checkpoint.',
  handles,
  steps: (first) =>
    first
      .action('diagnosis', diagnoseFailure, ({ incident }) => diagnosisInput(incident, handles[0]))
      .actionWhen(
        'plan',
        planDependencyPin,
        ({ incident: { job, chosen }, diagnosis: { demand } }) => ({
          job,
          chosen,
          ...(demand !== undefined && { demand }),
        }),
        whenEnded,
      )
      .manualWhen(
        'version',
        {
          title: 'Which version?',
          asks: 'The log does not name the version that the job needs. Type one line for requirements.txt, or leave it empty to investigate by hand.',
          button: 'Type the pin',
          approver: 'responder',
          fields: [
            {
              key: 'pin',
              label: 'Pin',
              kind: 'text',
              optional: true,
              hint: 'For example torch>=2.6 or numpy>=1.26,<2',
            },
          ],
        },
        (results) => whenPlanned(results, 'ask'),
        (_, { pin }) => {
          const read = pin === undefined ? undefined : readPin(pin);
          return read !== undefined && 'wrong' in read ? { field: 'pin', wrong: read.wrong } : undefined;
        },
      )
      .actionWhen('origin', chooseOrigin, failedJobInput, whenPinned)
      .actionWhen(
        'pinned',
        retryWithPin,
        (results) => {
          const { pin, pinned } = resultOf(results.plan, 'plan');
          const typed = results.version?.pin;
          return {
            ...relaunchInput(results),
            pin: resultOf(typed ?? pin, 'version'),
            pinned,
            ...(typed !== undefined && { typed: true }),
          };
        },
        whenPinned,
      )
      .actionWhen('training', confirmTraining, ({ pinned }) => resultOf(pinned, 'pinned'), whenPinned)
      .manual('document', postmortemForm)
      .action('postmortem', writePostmortem, postmortemInput),
  handsOverTo: ['investigate'],
  handOver: ({ incident, diagnosis, plan, version }) => {
    // Chosen, so that the investigation does not hand the incident back.
    const investigate = (why: string) => ({ playbook: 'investigate' as const, why, again: true });
    if (plan?.way === 'none') return investigate(plan.why);
    if (plan?.way === 'ask' && version !== undefined && version.pin === undefined)
      return investigate(`nobody named a version, and ${plan.why}`);
    return handOverUnlessSure(handles, diagnosis, incident);
  },
  nothingBroke,
  recovered: ({ pinned, training }) => {
    if (training === undefined || pinned === undefined) return undefined;
    const from = pinned.step === 0 ? 'from scratch' : `from step ${count(pinned.step)}`;
    return `${training.job} is training ${from} with ${pinned.pin}`;
  },
});

type Planned = Parameters<typeof whenEnded>[0] & {
  readonly plan: { readonly way: string; readonly why: string } | undefined;
};

function whenPlanned(results: Planned, way: 'ask' | 'pin'): When {
  const ended = whenEnded(results);
  if (ended !== true || results.plan === undefined) return ended;
  return results.plan.way === way || { skip: results.plan.why };
}

function whenPinned(
  results: Planned & { readonly version: { readonly pin?: string | undefined } | undefined },
): When {
  if (results.plan?.way === 'ask' && results.version?.pin === undefined)
    return { skip: 'nobody named a version' };
  return results.plan?.way === 'ask' ? whenEnded(results) : whenPlanned(results, 'pin');
}
