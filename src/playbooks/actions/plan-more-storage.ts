import { count } from '../../in-words.ts';
import { moreRoom } from '../../relaunch/instance-storage.ts';
import { defineAction, OpsError, type Report, z } from '../define.ts';

const Plan = z.object({
  way: z.enum(['larger-volume', 'larger-instance']),
  /** GB now, and for a larger volume GB afterward. */
  before: z.number(),
  after: z.number().optional(),
  /** Allowed types with more local storage, smallest first. */
  types: z.array(z.string()),
  /** The path that could not be written, if an error names it. */
  path: z.string().optional(),
});
type Plan = z.infer<typeof Plan>;

export const planMoreStorage = defineAction({
  name: 'plan-more-storage',
  effect: 'read',
  title: 'Storage plan',
  does: 'Finds the path that filled up, and plans a larger volume or an instance with more local storage within the caps.',
  input: z.object({ job: z.string(), evidence: z.array(z.string()) }),
  output: Plan,
  report,
  run: async ({ job: name, evidence }, { training, caps }) => {
    const room = moreRoom(await training.describe(name), caps);
    if (room.way === 'none') throw new OpsError('no-more-storage', room.why);
    const path = fullPathIn(evidence);
    return {
      way: room.way,
      before: room.before,
      ...(room.way === 'larger-volume' && { after: room.after }),
      types: room.way === 'larger-instance' ? [...room.types] : [],
      ...(path !== undefined && { path }),
    };
  },
});

/** Python and tar name the path after the message, the shell before it. */
function fullPathIn(evidence: readonly string[]): string | undefined {
  const text = evidence.join('\n');
  const after = /No space left on device:? ['"“]?(\/[^\s'"”,;]{1,300})/.exec(text)?.[1];
  // A lookbehind tries a path only where the message stands, so a long text of slashes takes no more time than another.
  return after ?? /(?<=(\/[^\s'"”:,;]{1,300}):? (?:Cannot write: )?)No space left on device/.exec(text)?.[1];
}

/** https://docs.aws.amazon.com/sagemaker/latest/dg/model-train-storage.html: what SageMaker mounts from the volume. */
const onVolume = /^\/(?:opt\/ml|tmp)(?:\/|$)/;

function report({ way, before, after, types, path }: Plan): Report {
  const outside = path !== undefined && !onVolume.test(path);
  return {
    headline:
      way === 'larger-volume'
        ? `A volume of ${count(after ?? before)} GB instead of ${count(before)} GB`
        : `An instance with more local storage than ${count(before)} GB: ${types[0] ?? ''}`,
    facts: [{ label: 'Full', value: path ?? 'the log does not name the path' }],
    lines: [
      ...(way === 'larger-instance'
        ? ['The local storage of an instance cannot grow: VolumeSizeInGB has no effect on this type']
        : []),
      ...(outside
        ? [
            `${path} is not under /opt/ml or /tmp, so it may be on the root disk, which does not grow: point caches such as HF_HOME to /tmp`,
          ]
        : []),
      ...(path?.startsWith('/opt/ml/checkpoints') === true
        ? ['Checkpoints filled it: a smaller save_total_limit keeps fewer of them']
        : []),
    ],
  };
}
