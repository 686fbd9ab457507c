import { count } from '../../in-words.ts';
import { chooseOrigin } from '../actions/choose-origin.ts';
import { confirmTraining } from '../actions/confirm-training.ts';
import { diagnoseFailure } from '../actions/diagnose-failure.ts';
import { findEarlierHang } from '../actions/find-earlier-hang.ts';
import { readTrainingLogs } from '../actions/read-training-logs.ts';
import { resumeAfterHang } from '../actions/resume-after-hang.ts';
import { resumeOnOtherHardware } from '../actions/resume-on-other-hardware.ts';
import { writePostmortem } from '../actions/write-postmortem.ts';
import {
  definePlaybook,
  diagnosisInput,
  failedJobInput,
  handOverByDiagnosis,
  nothingBroke,
  postmortemForm,
  postmortemInput,
  relaunchInput,
  resultOf,
  type When,
  whenEndedWith,
} from '../define.ts';

const handles = ['hang_or_nccl'] as const;
const whenHung = whenEndedWith(...handles);

// Journals store these choices as answers, so their text must not change.
const otherType = 'another instance type';
const otherSubnet = 'another subnet';
const asItWas = 'once more on the same hardware';
const stopHere = 'stop here and call the owner of the code';

export const playbook = definePlaybook({
  title: 'Resume after a hang',
  summary:
    'The ranks waited for each other or NCCL timed out: Relight finds the rank that failed first and resumes once; after a second hang, a person chooses other hardware or stops.',
  handles,
  steps: (first) =>
    first
      .action('diagnosis', diagnoseFailure, ({ incident }) => diagnosisInput(incident, handles[0]))
      .actionWhen('logs', readTrainingLogs, ({ incident }) => ({ job: incident.job }), whenHung)
      .actionWhen(
        'earlier',
        findEarlierHang,
        ({ incident, logs }) => ({
          job: incident.job,
          ...(logs?.failure !== undefined && { first: logs.failure }),
        }),
        whenHung,
      )
      .actionWhen('origin', chooseOrigin, failedJobInput, whenHung)
      .manualWhen(
        'again',
        {
          title: 'It hung again',
          asks: 'The job that this one replaced hung as well. Other hardware helps against a bad node or a bad link; a hang in the code comes back on any hardware.',
          button: 'Choose',
          approver: 'responder',
          fields: [
            {
              key: 'how',
              label: 'How to continue',
              kind: 'choice',
              choices: [otherType, otherSubnet, asItWas, stopHere],
              initial: otherType,
            },
          ],
        },
        whenHungBefore,
        ({ diagnosis, earlier }, { how }) => {
          if (how === otherSubnet && (earlier?.subnets.length ?? 0) < 2)
            return { field: 'how', wrong: 'the job has no second subnet to move to' };
          if (how === otherType && (diagnosis.types?.length ?? 0) < 2)
            return { field: 'how', wrong: 'caps.instance_types allows no other type with as many GPUs' };
          return undefined;
        },
      )
      .actionWhen('resumed', resumeAfterHang, relaunchInput, whenOnce)
      .actionWhen(
        'moved',
        resumeOnOtherHardware,
        ({ diagnosis, earlier, again, ...results }) => {
          const subnets = again?.how === otherSubnet;
          const [, ...types] = diagnosis.types ?? [];
          return {
            ...relaunchInput(results),
            move: subnets ? ('subnet' as const) : ('instance' as const),
            choices: subnets ? resultOf(earlier, 'earlier').subnets : types,
          };
        },
        whenMoving,
      )
      .actionWhen(
        'training',
        confirmTraining,
        ({ resumed, moved }) => resultOf(resumed ?? moved, 'resumed'),
        whenLaunching,
      )
      .manual('document', postmortemForm)
      .action('postmortem', writePostmortem, postmortemInput),
  handOver: ({ incident, diagnosis }) => handOverByDiagnosis(handles, diagnosis, incident),
  nothingBroke,
  recovered: ({ resumed, moved, training }) => {
    const launched = resumed ?? moved;
    if (training === undefined || launched === undefined) return undefined;
    const from = launched.step === 0 ? 'from scratch' : `from step ${count(launched.step)}`;
    return `${training.job} is training ${from}${moved === undefined ? '' : ' on other hardware'}`;
  },
});

type Hung = Parameters<typeof whenHung>[0] & {
  readonly earlier: { readonly job?: string | undefined } | undefined;
};
type Answered = Hung & { readonly again: { readonly how: string } | undefined };

function whenHungBefore(results: Hung): When {
  const hung = whenHung(results);
  return hung !== true || results.earlier?.job !== undefined ? hung : { skip: 'it has not hung before' };
}

function whenLaunching(results: Answered): When {
  return results.again?.how === stopHere ? { skip: 'a person stopped here' } : whenHung(results);
}

function whenOnce(results: Answered): When {
  const how = results.again?.how ?? asItWas;
  return how === asItWas || how === stopHere ? whenLaunching(results) : { skip: `a person chose ${how}` };
}

function whenMoving(results: Answered): When {
  const how = results.again?.how ?? asItWas;
  return how === asItWas ? { skip: 'it resumes on the same hardware' } : whenLaunching(results);
}
