import { Origin, type Relaunch } from '../../relaunch/relaunch-terms.ts';
import { defineAction, relaunching, z } from '../define.ts';

const Input = z.object({
  job: z.string(),
  origin: Origin,
  rpoMinutes: z.number(),
  instanceCount: z.number().int().min(1),
});

export const resumeWithInstanceCount = defineAction({
  name: 'resume-with-instance-count',
  effect: 'change',
  title: 'Resume on as many instances as before',
  does: 'Launches a copy of the failed job with the number of instances that saved the checkpoint.',
  approver: 'responder',
  button: 'Resume on these instances',
  input: Input,
  ...relaunching(relaunchOf),
});

function relaunchOf({ job, origin, rpoMinutes, instanceCount }: z.infer<typeof Input>): Relaunch {
  return {
    job,
    origin,
    rpoMinutes,
    changes: { instanceCount },
    reasons: { 'ResourceConfig.InstanceCount': 'as many ranks as saved the checkpoint' },
  };
}
