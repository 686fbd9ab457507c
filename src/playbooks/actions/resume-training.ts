import { Capacity, capacityFields, capacityTerms, withCapacity } from '../../relaunch/capacity.ts';
import { checkpointFields, withCheckpoint } from '../../relaunch/choice/checkpoint-choice.ts';
import { GoodCheckpoint, type Relaunch } from '../../relaunch/relaunch-terms.ts';
import { defineAction, relaunching, S3Uri, z } from '../define.ts';

const Input = z.object({
  job: z.string(),
  /** CheckpointConfig.S3Uri of the failed job. */
  uri: S3Uri,
  checkpoint: GoodCheckpoint,
  rpoMinutes: z.number(),
  capacity: Capacity.optional(),
  /** Set if a person chose other capacity. */
  moveTo: z.string().optional(),
  onDemand: z.boolean().optional(),
});
type Input = z.infer<typeof Input>;

export const resumeTraining = defineAction({
  name: 'resume-training',
  effect: 'change',
  title: 'Resume training',
  does: 'Launches a copy of the failed job that continues from the checkpoint chosen above.',
  approver: 'responder',
  button: 'Resume training',
  input: Input,
  ...relaunching(relaunchOf),
  adjust: {
    button: 'Choose where',
    asks: 'On-demand capacity costs more than spot but is not reclaimed. Only instance types with the same number of GPUs are offered, because a multi-rank checkpoint requires that number.',
    fields: ({ capacity, moveTo, onDemand, checkpoint }) => [
      ...capacityFields({ capacity, moveTo, onDemand }),
      ...checkpointFields({ checkpoint }),
    ],
    apply: (input, answers) => {
      const chosen = withCheckpoint(input, answers);
      return 'wrong' in chosen
        ? chosen
        : withCapacity({ ...chosen.input, capacity: input.capacity }, answers);
    },
  },
});

function relaunchOf({ job, uri, checkpoint, rpoMinutes, capacity, moveTo, onDemand }: Input): Relaunch {
  return {
    job,
    rpoMinutes,
    origin: { from: 'checkpoint', uri, checkpoint },
    ...capacityTerms({ capacity, moveTo, onDemand }),
  };
}
