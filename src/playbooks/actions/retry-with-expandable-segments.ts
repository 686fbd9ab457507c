import { allocatorVariable, withExpandableSegments } from '../../relaunch/batch/allocator.ts';
import { originForm } from '../../relaunch/choice/checkpoint-choice.ts';
import { Origin, type Relaunch } from '../../relaunch/relaunch-terms.ts';
import { defineAction, relaunching, z } from '../define.ts';

const Input = z.object({
  job: z.string(),
  origin: Origin,
  rpoMinutes: z.number(),
  /** The environment of the failed job; its allocator options are kept. */
  environment: z.record(z.string(), z.string()),
});
type Input = z.infer<typeof Input>;

export const retryWithExpandableSegments = defineAction({
  name: 'retry-with-expandable-segments',
  effect: 'change',
  title: 'Retry with a different memory allocator setting',
  does: `Launches a copy of the failed job with ${allocatorVariable}=expandable_segments:True, and no other change.`,
  approver: 'responder',
  button: 'Retry with this setting',
  input: Input,
  ...relaunching(relaunchOf),
  adjust: originForm,
});

function relaunchOf({ job, origin, rpoMinutes, environment }: Input): Relaunch {
  const setting = withExpandableSegments(environment[allocatorVariable]);
  return {
    job,
    origin,
    rpoMinutes,
    changes: { ...(setting !== undefined && { environment: { [allocatorVariable]: setting } }) },
    reasons: { 'Environment.': 'reduces GPU memory fragmentation' },
    warnings: [
      'This only helps against memory fragmentation: if the model itself is too large, the job will fail again',
    ],
  };
}
