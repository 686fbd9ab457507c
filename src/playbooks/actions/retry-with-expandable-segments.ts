import { z } from 'zod';
import { allocatorVariable, withExpandableSegments } from '../../relaunch/batch/allocator.ts';
import { carryOutRelaunch, proposeRelaunch, Relaunched, relaunchReport } from '../../relaunch/relaunch.ts';
import { relaunchCalls } from '../../relaunch/relaunch-calls.ts';
import { Origin, type Relaunch } from '../../relaunch/relaunch-terms.ts';
import { defineAction } from '../define.ts';

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
  title: 'Retry with another memory allocator setting',
  does: `Launches a copy of the failed job with ${allocatorVariable}=expandable_segments:True, and nothing else changed.`,
  approver: 'responder',
  button: 'Retry with this setting',
  input: Input,
  output: Relaunched,
  report: relaunchReport,
  preview: async (input, ports, mark) => proposeRelaunch(relaunchOf(input), ports, mark),
  sends: relaunchCalls,
  run: async (proposal, input, ports, token) => carryOutRelaunch(proposal, relaunchOf(input), ports, token),
});

function relaunchOf({ job, origin, rpoMinutes, environment }: Input): Relaunch {
  const setting = withExpandableSegments(environment[allocatorVariable]);
  return {
    job,
    origin,
    rpoMinutes,
    changes: { ...(setting !== undefined && { environment: { [allocatorVariable]: setting } }) },
    reasons: { 'Environment.': 'less GPU memory is lost between segments' },
    warnings: [
      'It helps only where memory was lost between segments: where the model itself is too large, the job fails again',
    ],
  };
}
