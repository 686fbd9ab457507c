import { z } from 'zod';
import { Capacity, capacityFields, capacityTerms, withCapacity } from '../../relaunch/capacity.ts';
import { carryOutRelaunch, proposeRelaunch, Relaunched, relaunchReport } from '../../relaunch/relaunch.ts';
import { relaunchCalls } from '../../relaunch/relaunch-calls.ts';
import { GoodCheckpoint, type Relaunch } from '../../relaunch/relaunch-terms.ts';
import { defineAction, S3Uri } from '../define.ts';

const Input = z.object({
  job: z.string(),
  /** CheckpointConfig.S3Uri of the failed job. */
  uri: S3Uri,
  checkpoint: GoodCheckpoint,
  rpoMinutes: z.number(),
  capacity: Capacity.optional(),
  /** What a person chose. */
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
  output: Relaunched,
  report: relaunchReport,
  adjust: {
    button: 'Choose where',
    asks: 'On demand costs more than spot and is not taken back. Only types with as many GPUs are offered, as a checkpoint of several ranks fits no other number.',
    fields: ({ capacity, moveTo, onDemand }) => capacityFields({ capacity, moveTo, onDemand }),
    apply: (input, answers) => withCapacity({ ...input, capacity: input.capacity }, answers),
  },
  preview: async (input, ports, mark) => proposeRelaunch(relaunchOf(input), ports, mark),
  sends: relaunchCalls,
  run: async (proposal, input, ports, token) => carryOutRelaunch(proposal, relaunchOf(input), ports, token),
});

function relaunchOf({ job, uri, checkpoint, rpoMinutes, capacity, moveTo, onDemand }: Input): Relaunch {
  return {
    job,
    rpoMinutes,
    origin: { from: 'checkpoint', uri, checkpoint },
    ...capacityTerms({ capacity, moveTo, onDemand }),
  };
}
