import { minutes } from '../../in-words.ts';
import { type AwsCall, stopCall, tagsIn } from '../../ports/calls.ts';
import type { JsonObject, TrainingJob } from '../../ports/ports.ts';
import { checkpointFields, withCheckpoint } from '../../relaunch/choice/checkpoint-choice.ts';
import { carryOutRelaunch, proposeRelaunch, Relaunched, relaunchReport } from '../../relaunch/relaunch.ts';
import { tags } from '../../relaunch/relaunch-proposal.ts';
import { GoodCheckpoint, type Relaunch } from '../../relaunch/relaunch-terms.ts';
import { hasEnded, inStateSince, stateInWords } from '../../training-job/job-state.ts';
import { type Adjusted, Again, type Answers, defineAction, relaunchCalls, S3Uri, z } from '../define.ts';

const Input = z.object({
  job: z.string(),
  /** CheckpointConfig.S3Uri of the waiting job. */
  uri: S3Uri,
  checkpoint: GoodCheckpoint,
  rpoMinutes: z.number(),
  /** The job's own type, then those it may move to. */
  types: z.array(z.string()),
  /** One of `types`; default: the job's own. */
  moveTo: z.string().optional(),
  /** Default: on demand, which does not wait for spot capacity. */
  spot: z.boolean().optional(),
});
type Input = z.infer<typeof Input>;

const Resumed = Relaunched.extend({
  /** True if SageMaker restarted the job in the meantime, so nothing was stopped or launched. */
  leftAlone: z.boolean().optional(),
});

// Journals store these choices as answers, so their text must not change.
const onDemand = 'on demand';
const onSpot = 'spot';
const onSpotAgain =
  'Stops the waiting job, waits until it has ended, and only then launches a copy that waits for spot capacity again.';

export const resumeElsewhere = defineAction({
  name: 'resume-elsewhere',
  effect: 'change',
  title: 'Stop it and resume elsewhere',
  does: 'Stops the waiting job, waits until it has ended, and only then launches a copy on demand.',
  approver: 'responder',
  button: 'Stop it and resume elsewhere',
  input: Input,
  output: Resumed,
  report: (resumed) =>
    resumed.leftAlone === true
      ? { headline: `SageMaker restarted ${resumed.job}: nothing was stopped or launched` }
      : relaunchReport(resumed),
  adjust: {
    button: 'Choose where',
    asks: 'On-demand capacity costs more but does not wait. Only instance types with the same number of GPUs are offered, because a multi-rank checkpoint requires that number.',
    fields: ({ types, moveTo, spot, checkpoint }) => [
      {
        key: 'capacity',
        label: 'Capacity',
        kind: 'choice',
        choices: [onDemand, onSpot],
        initial: spot === true ? onSpot : onDemand,
      },
      {
        key: 'instance',
        label: 'Instance type',
        kind: 'choice',
        choices: types,
        initial: moveTo ?? types[0] ?? '',
      },
      ...checkpointFields({ checkpoint }),
    ],
    apply,
  },
  preview: async (input, ports, key) => {
    const proposal = await proposeRelaunch(relaunchOf(input), ports, key);
    return input.spot === true ? { ...proposal, words: { does: onSpotAgain } } : proposal;
  },
  sends: (proposal, facts) => [...stopOf(proposal.request), ...relaunchCalls(proposal, facts)],
  run: async (proposal, input, ports, token) => {
    const job = await ports.training.describe(input.job);
    if (job.secondaryStatus === 'Training' && job.status === 'InProgress') return leftAlone(job, input);
    if (!hasEnded(job)) {
      await ports.training.stop(job.name, token);
      const waited = minutes((ports.clock.now() - inStateSince(job)) / 60_000);
      const state = `${job.name} has been ${stateInWords(job)} for ${waited}`;
      return new Again(3_000, `${state}: waiting until it has ended`);
    }
    return carryOutRelaunch(proposal, relaunchOf(input), ports, token);
  },
});

/** The call that stops the waiting job, which the request names in its `relight:recovers` tag. */
function stopOf(request: JsonObject): readonly AwsCall[] {
  const waiting = tagsIn(request).get(tags.recovers);
  return waiting === undefined ? [] : [stopCall(waiting)];
}

function leftAlone({ name, arn }: TrainingJob, { checkpoint }: Input): z.infer<typeof Resumed> {
  return { job: name, arn, adopted: false, step: checkpoint.step, staged: null, leftAlone: true };
}

function apply(input: Input, answers: Answers): Adjusted<Input> {
  const { capacity, instance } = answers;
  if (instance !== undefined && !input.types.includes(instance))
    return { field: 'instance', wrong: `${instance} is not one of the types that the job may move to` };
  const chosen = withCheckpoint(input, answers);
  if ('wrong' in chosen) return chosen;
  return {
    input: {
      ...chosen.input,
      ...(instance !== undefined && { moveTo: instance }),
      ...(capacity !== undefined && { spot: capacity === onSpot }),
    },
  };
}

function relaunchOf({ job, uri, checkpoint, rpoMinutes, moveTo, spot, types }: Input): Relaunch {
  const moves = moveTo !== undefined && moveTo !== types[0];
  return {
    job,
    origin: { from: 'checkpoint', uri, checkpoint },
    rpoMinutes,
    stopsFirst: true,
    changes: { ...(spot !== true && { spot: false }), ...(moves && { instanceType: moveTo }) },
    typed: [
      ...(moves ? ['ResourceConfig.InstanceType'] : []),
      ...(spot === undefined ? [] : ['EnableManagedSpotTraining']),
    ],
    reasons: {
      EnableManagedSpotTraining: 'on-demand capacity does not wait for spot instances',
      'StoppingCondition.MaxWaitTimeInSeconds': 'applies only to spot jobs',
      'ResourceConfig.InstanceType': 'another type may have capacity now',
    },
    warnings: [`This stops ${job}: SageMaker will no longer restart it automatically`],
  };
}
