import { z } from 'zod';
import { type Adjusted, type Answers, defineAction } from '../define.ts';
import { counted } from '../in-words.ts';
import { carryOutRelaunch, proposeRelaunch, Relaunched, relaunchReport } from '../launch/relaunch.ts';
import type { Relaunch } from '../launch/relaunch-terms.ts';
import { hyperParametersIn } from '../models/asked-hyperparameters.ts';

const Input = z.object({
  /** The job that trained the version that got worse. */
  job: z.string(),
  rpoMinutes: z.number(),
  hyperParameters: z.record(z.string(), z.string()),
});
type Input = z.infer<typeof Input>;

export const retrain = defineAction({
  name: 'retrain',
  effect: 'change',
  title: 'Retrain with fixes',
  does: 'Launches the training job of the bad version anew, with the changes below, in a checkpoint folder of its own.',
  approver: 'lead',
  button: 'Retrain',
  input: Input,
  output: Relaunched,
  report: relaunchReport,
  adjust: {
    button: 'Change the fixes',
    asks: 'One hyperparameter a line, as name=value. A name that the job has is changed, another one is added.',
    fields: ({ hyperParameters }) => [
      {
        key: 'fixes',
        label: 'Hyperparameters',
        kind: 'paragraph',
        initial: Object.entries(hyperParameters)
          .map(([key, value]) => `${key}=${value}`)
          .join('\n'),
      },
    ],
    apply,
  },
  preview: async (input, ports, mark) => proposeRelaunch(relaunchOf(input), ports, mark),
  run: async ({ request }, input, ports, token) => carryOutRelaunch(request, relaunchOf(input), ports, token),
});

function apply(input: Input, { fixes }: Answers): Adjusted<Input> {
  if (fixes === undefined) return { input };
  const read = hyperParametersIn(fixes);
  return 'wrong' in read
    ? { field: 'fixes', wrong: read.wrong }
    : { input: { ...input, hyperParameters: { ...read.hyperParameters } } };
}

function relaunchOf({ job, rpoMinutes, hyperParameters }: Input): Relaunch {
  const fixes = Object.keys(hyperParameters).length;
  return {
    job,
    rpoMinutes,
    origin: { from: 'scratch', why: `it is trained anew with ${counted(fixes, 'fix')}` },
    changes: { hyperParameters },
    reasons: { 'HyperParameters.': 'a fix that a person asked for' },
  };
}
