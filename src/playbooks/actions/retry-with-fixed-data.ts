import type { ObjectsBasis } from '../../ports/basis.ts';
import type { ProposalWords } from '../../ports/step-output.ts';
import { originFields, withOrigin } from '../../relaunch/choice/checkpoint-choice.ts';
import { carryOutRelaunch, proposeRelaunch, Relaunched } from '../../relaunch/relaunch.ts';
import { Origin, type Relaunch } from '../../relaunch/relaunch-terms.ts';
import { fixedData } from '../../training-data/fix/run-fix.ts';
import { freezeObjects } from '../../training-data/read/freeze-objects.ts';
import {
  Again,
  defineAction,
  OpsError,
  type ReadPorts,
  relaunchedEarlier,
  relaunching,
  S3Uri,
  z,
} from '../define.ts';

const Input = z.object({
  job: z.string(),
  origin: Origin,
  rpoMinutes: z.number(),
  /** The prefix of the fixed copy that it reads, by channel. */
  inputs: z.record(z.string(), S3Uri),
  /** The identity of the checked objects, by channel; absent in journals of earlier versions. */
  identities: z.record(z.string(), z.string()).optional(),
  /** False if the fix is undone and the new job reads the original. */
  useFixed: z.boolean().default(true),
});
type Input = z.infer<typeof Input>;

// Journals store these choices as answers, so their text must not change.
const fixedCopy = 'the fixed copy';
const original = 'the original';

const undone = {
  title: 'Retry with the original data',
  does: 'Launches a copy of the failed job that reads the original data, because the fix was undone.',
  button: 'Retry with the original data',
  adjust: 'Use the fix again',
} as const satisfies ProposalWords;

export const retryWithFixedData = defineAction({
  name: 'retry-with-fixed-data',
  effect: 'change',
  title: 'Retry with the fixed data',
  does: 'Launches a copy of the failed job that reads the fixed copy of its data.',
  approver: 'responder',
  button: 'Retry with the fixed data',
  input: Input,
  ...relaunching(relaunchOf),
  output: Relaunched.extend({
    /** False if the fix was undone and the job reads the original. */
    usesFixed: z.boolean().default(true),
  }),
  adjust: {
    button: 'Undo the fix',
    asks: 'The new job reads either the fixed copy or the original data. Nothing is deleted either way. You may choose another checkpoint too.',
    fields: ({ useFixed, origin }) => [
      {
        key: 'data',
        label: 'The new job reads',
        kind: 'choice',
        choices: [fixedCopy, original],
        initial: useFixed ? fixedCopy : original,
      },
      ...originFields({ origin }),
    ],
    apply: (input, answers) => withOrigin({ ...input, useFixed: answers['data'] !== original }, answers),
  },
  madeEarlier: async (input, ports, key) => {
    const made = await relaunchedEarlier(relaunchOf(input), ports, key);
    return made === undefined || made instanceof Again ? made : { ...made, usesFixed: input.useFixed };
  },
  preview: async (input, ports, key) => {
    const reliesOn = input.useFixed ? await requireAsChecked(input, ports) : [];
    const proposal = await proposeRelaunch({ ...relaunchOf(input), reliesOn }, ports, key);
    return input.useFixed ? proposal : { ...proposal, words: undone };
  },
  run: async (proposal, input, ports, token) => ({
    ...(await carryOutRelaunch(proposal, relaunchOf(input), ports, token)),
    usesFixed: input.useFixed,
  }),
});

/** Freezes the fixed copy. Throws `fixed-data-changed` if it is not what was checked. */
async function requireAsChecked(
  { inputs, identities = {} }: Input,
  ports: ReadPorts,
): Promise<ObjectsBasis[]> {
  const frozen: ObjectsBasis[] = [];
  for (const [channel, uri] of Object.entries(inputs)) {
    const basis = await freezeObjects(fixedData(channel), uri, ports.datasets);
    if (basis.identity !== (identities[channel] ?? basis.identity))
      throw new OpsError('fixed-data-changed', `${basis.what} at ${uri}`);
    frozen.push(basis);
  }
  return frozen;
}

function relaunchOf({ job, origin, rpoMinutes, inputs, useFixed }: Input): Relaunch {
  return {
    job,
    origin,
    rpoMinutes,
    changes: useFixed ? { inputs } : {},
    warnings: useFixed
      ? []
      : [
          'The fix is undone: the new job reads the original data and will fail again unless that data was corrected',
        ],
    reasons: { 'InputDataConfig.': 'the fixed copy; the original is not changed' },
  };
}
