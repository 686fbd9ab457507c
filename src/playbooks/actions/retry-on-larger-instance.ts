import { originFields, withOrigin } from '../../relaunch/choice/checkpoint-choice.ts';
import { Origin, type Relaunch } from '../../relaunch/relaunch-terms.ts';
import { type Adjusted, type Answers, defineAction, relaunching, z } from '../define.ts';

const Input = z.object({
  job: z.string(),
  origin: Origin,
  rpoMinutes: z.number(),
  /** The types it may move to, smallest first. */
  larger: z.array(z.string()).min(1),
  /** One of `larger`; default: the first. */
  moveTo: z.string().optional(),
  /** What ran out; default: memory. */
  lacks: z.enum(['memory', 'storage']).optional(),
});
type Input = z.infer<typeof Input>;

export const retryOnLargerInstance = defineAction({
  name: 'retry-on-larger-instance',
  effect: 'change',
  title: 'Retry on a larger instance',
  does: 'Launches a copy of the failed job on an instance type with more of what ran out and the same number of GPUs.',
  approver: 'responder',
  button: 'Retry on this instance',
  input: Input,
  ...relaunching(relaunchOf),
  adjust: {
    button: 'Choose the instance',
    asks: 'The types that caps.instance_types in relight.yaml allows, with more of what ran out and the same number of GPUs.',
    fields: ({ larger, moveTo, origin }) => [
      {
        key: 'instance',
        label: 'Instance type',
        kind: 'choice',
        choices: larger,
        initial: moveTo ?? larger[0] ?? '',
      },
      ...originFields({ origin }),
    ],
    apply,
  },
});

function apply(input: Input, answers: Answers): Adjusted<Input> {
  const { instance } = answers;
  if (instance === undefined) return withOrigin(input, answers);
  if (!input.larger.includes(instance))
    return { field: 'instance', wrong: `${instance} is not one of the types that the job may move to` };
  return withOrigin({ ...input, moveTo: instance }, answers);
}

function relaunchOf({ job, origin, rpoMinutes, larger, moveTo, lacks = 'memory' }: Input): Relaunch {
  const instanceType = moveTo ?? larger[0];
  return {
    job,
    origin,
    rpoMinutes,
    changes: { ...(instanceType !== undefined && { instanceType }) },
    ...(moveTo !== undefined && { typed: ['ResourceConfig.InstanceType'] }),
    reasons: { 'ResourceConfig.InstanceType': `has more of the ${lacks} that ran out` },
  };
}
