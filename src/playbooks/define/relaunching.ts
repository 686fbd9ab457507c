import { carryOutRelaunch, proposeRelaunch, Relaunched, relaunchReport } from '../../relaunch/relaunch.ts';
import { relaunchCalls } from '../../relaunch/relaunch-calls.ts';
import type { Relaunch } from '../../relaunch/relaunch-terms.ts';
import type { ChangeAction } from './action.ts';

/**
 * The parts that all relaunches share. `termsOf` tells where the copy of the job starts and what changes in it.
 *
 * @example
 * defineAction({ name, effect: 'change', title, does, approver, button, input, ...relaunching(relaunchOf) })
 */
export function relaunching<I>(
  termsOf: (input: I) => Relaunch,
): Required<Pick<ChangeAction<I, Relaunched>, 'output' | 'report' | 'preview' | 'sends' | 'run'>> {
  return {
    output: Relaunched,
    report: relaunchReport,
    preview: async (input, ports, key) => proposeRelaunch(termsOf(input), ports, key),
    sends: relaunchCalls,
    run: async (proposal, input, ports, token) => carryOutRelaunch(proposal, termsOf(input), ports, token),
  };
}
