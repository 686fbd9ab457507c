import { asFolder } from '../../checkpoints/folders.ts';
import type { AttemptKey } from '../../ports/ports.ts';
import { Again } from '../../ports/step-output.ts';
import { earlierLaunch } from '../../relaunch/launch-checks.ts';
import { carryOutRelaunch, proposeRelaunch, Relaunched, relaunchReport } from '../../relaunch/relaunch.ts';
import { relaunchCalls } from '../../relaunch/relaunch-calls.ts';
import { type Relaunch, stepOf } from '../../relaunch/relaunch-terms.ts';
import type { ChangeAction } from './action.ts';
import type { ReadPorts } from './action-ports.ts';

/**
 * The parts that all relaunches share. `termsOf` tells where the copy of the job starts and what changes in it.
 *
 * @example
 * defineAction({ name, effect: 'change', title, does, approver, button, input, ...relaunching(relaunchOf) })
 */
export function relaunching<I>(
  termsOf: (input: I) => Relaunch,
): Required<
  Pick<ChangeAction<I, Relaunched>, 'output' | 'report' | 'madeEarlier' | 'preview' | 'sends' | 'run'>
> {
  return {
    output: Relaunched,
    report: relaunchReport,
    madeEarlier: async (input, ports, key) => relaunchedEarlier(termsOf(input), ports, key),
    preview: async (input, ports, key) => proposeRelaunch(termsOf(input), ports, key),
    sends: relaunchCalls,
    run: async (proposal, input, ports, token) => carryOutRelaunch(proposal, termsOf(input), ports, token),
  };
}

const stoppingMs = 5_000;

/**
 * The job that an earlier attempt of the step launched, if it replaces the failed one: it is followed instead of refusing a
 * second one beside it.
 *
 * @example madeEarlier: async (input, ports, key) => relaunchedEarlier(relaunchOf(input), ports, key)
 */
export async function relaunchedEarlier(
  { job, origin }: Relaunch,
  ports: ReadPorts,
  attemptKey: AttemptKey,
): Promise<Relaunched | Again | undefined> {
  const found = await earlierLaunch(job, ports, attemptKey);
  if (found === undefined) return undefined;
  const { name, arn, status, checkpointUri } = found;
  if (status === 'Stopping')
    return new Again(stoppingMs, `${name}, which an earlier attempt launched, is stopping`);
  const root = checkpointUri === undefined ? {} : { checkpointUri: asFolder(checkpointUri) };
  return { job: name, arn, adopted: true, ...root, step: stepOf(origin), staged: null };
}
