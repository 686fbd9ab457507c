import { originForm } from '../../relaunch/choice/checkpoint-choice.ts';
import { Origin, type Relaunch } from '../../relaunch/relaunch-terms.ts';
import { defineAction, proposeRelaunch, type ReadPorts, relaunching, z } from '../define.ts';
import { instancesThatSaved } from './find-saved-instance-count.ts';

const Input = z.object({
  job: z.string(),
  origin: Origin,
  rpoMinutes: z.number(),
  instanceCount: z.number().int().min(1),
});
type Input = z.infer<typeof Input>;

export const resumeWithInstanceCount = defineAction({
  name: 'resume-with-instance-count',
  effect: 'change',
  title: 'Resume on as many instances as before',
  does: 'Launches a copy of the failed job with the number of instances that saved the checkpoint.',
  approver: 'responder',
  button: 'Resume on these instances',
  input: Input,
  ...relaunching(relaunchOf),
  adjust: originForm,
  preview: async (input, ports, key) =>
    proposeRelaunch(relaunchOf(await withItsCount(input, ports)), ports, key),
});

/** Another checkpoint that a person chose may have been saved by another number of ranks. */
async function withItsCount(input: Input, ports: ReadPorts): Promise<Input> {
  const { job, origin } = input;
  if (origin.from === 'scratch' || origin.checkpoint.proposed === undefined) return input;
  const { instanceCount } = await instancesThatSaved(origin.checkpoint.uri, job, ports);
  return { ...input, instanceCount };
}

function relaunchOf({ job, origin, rpoMinutes, instanceCount }: Input): Relaunch {
  return {
    job,
    origin,
    rpoMinutes,
    changes: { instanceCount },
    reasons: { 'ResourceConfig.InstanceCount': 'as many ranks as saved the checkpoint' },
  };
}
