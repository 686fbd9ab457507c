import { originFields, withOrigin } from '../../relaunch/choice/checkpoint-choice.ts';
import { Origin, type Relaunch } from '../../relaunch/relaunch-terms.ts';
import { type Adjusted, type Answers, defineAction, relaunching, z } from '../define.ts';

const Input = z.object({
  job: z.string(),
  origin: Origin,
  rpoMinutes: z.number(),
  /** Instance types it may move to, without its own; or single subnets of the job. Not empty. */
  choices: z.array(z.string()).min(1),
  move: z.enum(['instance', 'subnet']),
  /** One of `choices`; default: the first. */
  moveTo: z.string().optional(),
});
type Input = z.infer<typeof Input>;

const labels = { instance: 'Instance type', subnet: 'Subnet' } as const;

export const resumeOnOtherHardware = defineAction({
  name: 'resume-on-other-hardware',
  effect: 'change',
  title: 'Resume on other hardware',
  does: 'Launches a copy of the failed job on another instance type with as many GPUs, or in one of its subnets only.',
  approver: 'responder',
  button: 'Resume there',
  input: Input,
  ...relaunching(relaunchOf),
  adjust: {
    button: 'Choose where',
    asks: 'Another type or another subnet is other hardware. The number of GPUs stays, because the checkpoint needs it.',
    fields: ({ choices, move, moveTo, origin }) => [
      { key: 'where', label: labels[move], kind: 'choice', choices, initial: moveTo ?? choices[0] ?? '' },
      ...originFields({ origin }),
    ],
    apply,
  },
});

function apply(input: Input, answers: Answers): Adjusted<Input> {
  const { where } = answers;
  if (where === undefined) return withOrigin(input, answers);
  if (!input.choices.includes(where))
    return { field: 'where', wrong: `${where} is not one of the choices that the job may move to` };
  return withOrigin({ ...input, moveTo: where }, answers);
}

const fields = { instance: 'ResourceConfig.InstanceType', subnet: 'VpcConfig.Subnets' } as const;

function relaunchOf({ job, origin, rpoMinutes, choices, move, moveTo }: Input): Relaunch {
  const [first = ''] = choices;
  const to = moveTo ?? first;
  return {
    job,
    origin,
    rpoMinutes,
    changes: move === 'instance' ? { instanceType: to } : { subnets: [to] },
    ...(moveTo !== undefined && { typed: [fields[move]] }),
    reasons: { [fields[move]]: 'other hardware than the one on which it hung' },
  };
}
