import { counted } from '../../in-words.ts';
import { fixesIn, fixFields } from '../../models/hyperparameter-fixes.ts';
import { KnownParameters, knownParameters, problemWith } from '../../models/known-parameters.ts';
import { proposeRelaunch, relaunchReport } from '../../relaunch/relaunch.ts';
import type { Relaunch } from '../../relaunch/relaunch-terms.ts';
import { type Adjusted, type Answers, defineAction, OpsError, relaunching, z } from '../define.ts';

const Input = z.object({
  /** The job that trained the degraded version. */
  job: z.string(),
  rpoMinutes: z.number(),
  hyperParameters: z.record(z.string(), z.string()),
  /** True if a person confirmed names that the job does not have. */
  unusual: z.boolean().optional(),
  /** The job's own values, so that the form can report mistakes immediately. */
  known: KnownParameters.optional(),
});
type Input = z.infer<typeof Input>;

export const retrain = defineAction({
  name: 'retrain',
  effect: 'change',
  title: 'Retrain with fixes',
  does: 'Reruns the training job of the bad version from scratch, with the changes below and its own checkpoint folder.',
  approver: 'lead',
  button: 'Retrain',
  input: Input,
  ...relaunching(relaunchOf),
  report: (launched) => ({
    ...relaunchReport(launched),
    headline: `The retraining ${launched.job} was launched`,
  }),
  adjust: {
    button: 'Change the fixes',
    asks: 'Names that the job already has are changed; new names must be confirmed below.',
    fields: ({ hyperParameters }) =>
      fixFields(
        Object.entries(hyperParameters)
          .map(([key, value]) => `${key}=${value}`)
          .join('\n'),
      ),
    apply,
  },
  // Checked against the current job, so that nobody is asked to approve a retraining that changes nothing.
  preview: async (input, ports, key) => {
    const { hyperParameters } = await ports.training.describe(input.job);
    const wrong = problemWith(
      input.hyperParameters,
      knownParameters(hyperParameters),
      input.unusual === true,
    );
    if (wrong !== undefined) throw new OpsError('adjustment-refused', wrong);
    const requested = Object.entries(input.hyperParameters);
    if (requested.every(([name, value]) => hyperParameters[name]?.trim() === value.trim()))
      throw new OpsError('adjustment-refused', 'Nothing changes: the job already has these values');
    const proposal = await proposeRelaunch(relaunchOf(input), ports, key);
    const changes = counted(Object.keys(input.hyperParameters).length, 'changed hyperparameter');
    return { ...proposal, headline: `Retrain with ${changes}: ${proposal.headline}` };
  },
});

function apply(input: Input, answers: Answers): Adjusted<Input> {
  if (answers['fixes'] === undefined) return { input };
  const read = fixesIn(answers, input.known);
  if ('wrong' in read) return { field: 'fixes', wrong: read.wrong };
  const { unusual: _, ...rest } = input;
  const hyperParameters = { ...read.hyperParameters };
  return { input: { ...rest, hyperParameters, ...(read.unusual && { unusual: true }) } };
}

function relaunchOf({ job, rpoMinutes, hyperParameters }: Input): Relaunch {
  return {
    job,
    rpoMinutes,
    origin: {
      from: 'scratch',
      why: 'a retraining does not continue from the checkpoints of the degraded version',
    },
    changes: { hyperParameters },
    typed: ['HyperParameters.'],
    reasons: { 'HyperParameters.': 'requested by a person' },
  };
}
