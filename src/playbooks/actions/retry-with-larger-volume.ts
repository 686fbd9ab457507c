import { originFields, withOrigin } from '../../relaunch/choice/checkpoint-choice.ts';
import { Origin, type Relaunch } from '../../relaunch/relaunch-terms.ts';
import { type Adjusted, type Answers, defineAction, relaunching, z } from '../define.ts';

const Input = z.object({
  job: z.string(),
  origin: Origin,
  rpoMinutes: z.number(),
  /** GB of the volume of the failed job. */
  before: z.number().int(),
  /** GB of the new volume. */
  volumeGb: z.number().int(),
  /** True if a person chose the size. */
  typed: z.boolean().optional(),
});
type Input = z.infer<typeof Input>;

export const retryWithLargerVolume = defineAction({
  name: 'retry-with-larger-volume',
  effect: 'change',
  title: 'Retry with a larger volume',
  does: 'Launches a copy of the failed job with a larger ML storage volume, and no other change.',
  approver: 'responder',
  button: 'Retry with this volume',
  input: Input,
  ...relaunching(relaunchOf),
  adjust: {
    button: 'Choose the size',
    asks: 'The size of the volume in GB, up to caps.volume_gb in relight.yaml.',
    fields: ({ volumeGb, origin }) => [
      { key: 'volume', label: 'Volume in GB', kind: 'text', initial: String(volumeGb) },
      ...originFields({ origin }),
    ],
    apply,
  },
});

function apply(input: Input, answers: Answers): Adjusted<Input> {
  const { volume } = answers;
  if (volume === undefined) return withOrigin(input, answers);
  const volumeGb = Number(volume.trim());
  if (!Number.isInteger(volumeGb) || volumeGb <= input.before)
    return { field: 'volume', wrong: `must be a whole number over ${input.before}, the present size` };
  return withOrigin({ ...input, volumeGb, typed: volumeGb !== input.volumeGb || input.typed }, answers);
}

const field = 'ResourceConfig.VolumeSizeInGB';

function relaunchOf({ job, origin, rpoMinutes, volumeGb, typed }: Input): Relaunch {
  return {
    job,
    origin,
    rpoMinutes,
    changes: { volumeGb },
    ...(typed === true && { typed: [field] }),
    reasons: { [field]: 'the volume of the failed job filled up' },
  };
}
