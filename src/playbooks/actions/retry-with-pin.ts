import { archiveIn, isObject, submitDirectory } from '../../ports/basics.ts';
import { putCall } from '../../ports/calls.ts';
import type { JsonObject } from '../../ports/ports.ts';
import { type PlannedPin, planPin } from '../../relaunch/pin/plan-pin.ts';
import { type Pin, readPin } from '../../relaunch/pin/requirement.ts';
import { withRequirements } from '../../relaunch/pin/rewrite-archive.ts';
import { tags } from '../../relaunch/relaunch-proposal.ts';
import { Origin, type Relaunch } from '../../relaunch/relaunch-terms.ts';
import { launchName } from '../../training-job/copy-names.ts';
import {
  type Adjusted,
  Again,
  type Answers,
  type ChangePorts,
  carryOutRelaunch,
  type Difference,
  defineAction,
  OpsError,
  type Proposal,
  proposeRelaunch,
  Relaunched,
  relaunchCalls,
  relaunchedEarlier,
  relaunching,
  type Token,
  z,
} from '../define.ts';

const Input = z.object({
  job: z.string(),
  origin: Origin,
  rpoMinutes: z.number(),
  /** E.g. `torch>=2.6`. */
  pin: z.string(),
  /** True if a person typed the pin. */
  typed: z.boolean().optional(),
  /** Packages that earlier recoveries pinned. */
  pinned: z.array(z.string()),
});
type Input = z.infer<typeof Input>;

export const retryWithPin = defineAction({
  name: 'retry-with-pin',
  effect: 'change',
  title: 'Retry with the pin',
  does: 'Writes a copy of the source archive with the pin in requirements.txt, and launches a copy of the failed job that uses it; the original archive is not changed.',
  approver: 'responder',
  button: 'Retry with this pin',
  input: Input,
  ...relaunching((input: Input) => relaunchOf(input)),
  /** `pin`: the line that a person approved. */
  output: Relaunched.extend({ pin: z.string() }),
  adjust: {
    button: 'Change the pin',
    asks: 'The line for requirements.txt: one package with a version. pip installs it before the script starts.',
    fields: ({ pin }) => [
      {
        key: 'pin',
        label: 'Pin',
        kind: 'text',
        initial: pin,
        hint: 'For example torch>=2.6 or numpy>=1.26,<2',
      },
    ],
    apply,
  },
  madeEarlier: async (input, ports, key) => {
    const made = await relaunchedEarlier(relaunchOf(input), ports, key);
    return made === undefined || made instanceof Again ? made : { ...made, pin: input.pin };
  },
  preview: async (input, ports, key) => {
    const planned = await planPin(
      await ports.training.describe(input.job),
      launchName(input.job, key),
      pinOf(input),
      ports,
    );
    if (planned.changes.length === 0)
      throw new OpsError('adjustment-refused', `requirements.txt has ${input.pin} already`);
    const proposal = await proposeRelaunch(relaunchOf(input, planned), ports, key);
    return { ...proposal, differences: [...lineChanges(input, planned), ...proposal.differences] };
  },
  sends: (proposal, facts) => {
    const target = targetIn(proposal.request);
    const repeats =
      'once, before the launch: the source archive listed below, with the changed requirements.txt';
    return [...(target === undefined ? [] : [putCall(target, repeats)]), ...relaunchCalls(proposal, facts)];
  },
  run: async (proposal, input, ports, token) => {
    await placeArchive(proposal, input, ports, token);
    return { ...(await carryOutRelaunch(proposal, relaunchOf(input), ports, token)), pin: input.pin };
  },
});

/** Writes the approved archive, unless an earlier run of this attempt has launched the job already. */
async function placeArchive(
  { request, reliesOn = [] }: Proposal,
  input: Input,
  ports: ChangePorts,
  token: Token,
): Promise<void> {
  const name = launchName(input.job, token);
  if ((await ports.training.find(name)) !== undefined) return;
  const planned = await planPin(await ports.training.describe(input.job), name, pinOf(input), ports);
  const { basis, target, text, archive } = planned;
  const isApproved = reliesOn.some((one) => one.kind === 'objects' && one.identity === basis.identity);
  if (!isApproved || target !== targetIn(request))
    throw new OpsError('basis-changed', `the source archive ${basis.uri} changed after it was read`);
  const original = ports.datasets.open(archive.object);
  await ports.sourceArchives.place(target, withRequirements(original, text), token);
}

function targetIn({ HyperParameters: parameters }: JsonObject): ReturnType<typeof archiveIn> {
  return isObject(parameters) ? archiveIn(parameters) : undefined;
}

function apply(input: Input, { pin }: Answers): Adjusted<Input> {
  if (pin === undefined) return { input };
  const read = readPin(pin);
  return 'wrong' in read
    ? { field: 'pin', wrong: read.wrong }
    : { input: { ...input, pin: read.text, typed: true } };
}

function pinOf({ pin }: Input): Pin {
  const read = readPin(pin);
  if ('wrong' in read) throw new OpsError('adjustment-refused', `${pin} ${read.wrong}`);
  return read;
}

function lineChanges({ typed }: Input, { changes }: PlannedPin): Difference[] {
  return changes.map(({ before, after }) => ({
    field: 'requirements.txt',
    ...(before !== undefined && { before }),
    after,
    ...(typed === true ? { by: 'person' as const } : { why: 'the log asks for it' }),
  }));
}

function relaunchOf(input: Input, planned?: PlannedPin): Relaunch {
  const { job, origin, rpoMinutes, pinned } = input;
  const field = `HyperParameters.${submitDirectory}`;
  return {
    job,
    origin,
    rpoMinutes,
    tags: { [tags.pinned]: [...new Set([...pinned, pinOf(input).name])].join(' ').slice(0, 256) },
    reasons: {
      [field]: 'a copy of the archive with the changed requirements.txt; the original is not changed',
    },
    ...(planned !== undefined && {
      changes: { hyperParameters: planned.hyperParameters },
      reliesOn: [planned.basis],
      warnings: warningsFor(planned, pinOf(input)),
    }),
  };
}

/** Packages that the image builds for its own CUDA: https://github.com/aws/deep-learning-containers */
const builtForCuda: ReadonlySet<string> = new Set([
  'torch',
  'torchvision',
  'torchaudio',
  'triton',
  'deepspeed',
  'flash-attn',
]);

function warningsFor({ includes }: PlannedPin, { name }: Pin): string[] {
  return [
    ...(builtForCuda.has(name)
      ? [
          `pip replaces ${name} of the image: packages that were compiled against it may fail, and the CUDA version must match the driver`,
        ]
      : []),
    ...includes.map(
      (line) =>
        `requirements.txt contains “${line.slice(0, 80)}”: if that file names ${name} too, pip refuses both`,
    ),
  ];
}
