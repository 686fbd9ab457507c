import { z } from 'zod';
import type { AttemptKey } from '../../ports/ports.ts';
import type { Proposal } from '../../ports/step-output.ts';
import { requireFreshFolder } from '../../relaunch/launch-checks.ts';
import { lossInWords, lostWork } from '../../relaunch/lost-work.ts';
import { carryOutRelaunch, proposeRelaunch, Relaunched, relaunchReport } from '../../relaunch/relaunch.ts';
import { relaunchCalls } from '../../relaunch/relaunch-calls.ts';
import type { Relaunch } from '../../relaunch/relaunch-terms.ts';
import type { ReadPorts } from '../define/action-ports.ts';
import { defineAction } from '../define.ts';

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
  output: Relaunched,
  report: relaunchReport,
  preview: async (input, ports, key) => proposeRestart(input, ports, key),
  sends: relaunchCalls,
  run: async (proposal, input, ports, token) => {
    await requireFreshFolder(proposal.request, ports);
    return carryOutRelaunch(proposal, relaunchOf(input), ports, token);
  },
});

async function proposeRestart(input: Input, ports: ReadPorts, key: AttemptKey): Promise<Proposal> {
  const job = await ports.training.describe(input.job);
  const warnings = [
    ...lossInWords(await lostWork(job, ports)),
    ...(job.checkpointUri === undefined
      ? ['The job saves no checkpoints: if the new job fails, all of its work is lost again']
      : []),
  ];
  return proposeRelaunch({ ...relaunchOf(input), warnings }, ports, key);
}

function relaunchOf({ job, why, rpoMinutes }: Input): Relaunch {
  return { job, rpoMinutes, origin: { from: 'scratch', why } };
}
