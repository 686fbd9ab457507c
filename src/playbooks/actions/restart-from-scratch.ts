import { requireFreshFolder } from '../../relaunch/launch-checks.ts';
import { lossInWords, lostWork } from '../../relaunch/lost/lost-from-scratch.ts';
import { carryOutRelaunch, defineAction, proposeRelaunch, type Relaunch, relaunching, z } from '../define.ts';

const Input = z.object({
  job: z.string(),
  /** Why there is no better way, in one clause. */
  why: z.string(),
  rpoMinutes: z.number(),
});
type Input = z.infer<typeof Input>;

export const restartFromScratch = defineAction({
  name: 'restart-from-scratch',
  effect: 'change',
  title: 'Restart from scratch',
  does: 'Launches a copy of the failed job that starts from scratch, with its own empty checkpoint folder.',
  approver: 'responder',
  button: 'Restart from scratch',
  input: Input,
  ...relaunching(relaunchOf),
  preview: async (input, ports, key) => {
    const job = await ports.training.describe(input.job);
    const warnings = [
      ...lossInWords(await lostWork(job, ports)),
      ...(job.checkpointUri === undefined
        ? ['The job saves no checkpoints: if the new job fails, all of its work is lost again']
        : []),
    ];
    return proposeRelaunch({ ...relaunchOf(input), warnings }, ports, key);
  },
  run: async (proposal, input, ports, token) => {
    await requireFreshFolder(proposal.request, ports);
    return carryOutRelaunch(proposal, relaunchOf(input), ports, token);
  },
});

function relaunchOf({ job, why, rpoMinutes }: Input): Relaunch {
  return { job, rpoMinutes, origin: { from: 'scratch', why } };
}
