import { z } from 'zod';
import { executionArnOf } from '../../ports/state-machines/execution-names.ts';
import {
  type Execution,
  isRunning,
  type StateMachineChanges,
} from '../../ports/state-machines/state-machines.ts';
import { minute, type Simulation } from '../simulation.ts';

const Started = z.object({ at: z.number(), input: z.string() });
const startOf = (arn: string): string => `execution ${arn}`;
const stopOf = (arn: string): string => `execution-stop ${arn}`;

/** State machines in the simulated Region: each allowed one exists, does nothing, and succeeds after a minute. */
export function simulatedMachines(
  { store, clock }: Pick<Simulation, 'store' | 'clock'>,
  allowed: readonly string[],
): StateMachineChanges {
  const find = async (arn: string): Promise<Execution | undefined> => {
    const stored = await store.all();
    const value = stored.get(startOf(arn));
    if (value === undefined) return undefined;
    const { at, input } = Started.parse(JSON.parse(value));
    const started = { arn, input, startedAt: at };
    const stopped = Number(stored.get(stopOf(arn)) ?? Number.POSITIVE_INFINITY);
    if (clock.now() >= stopped) return { ...started, status: 'ABORTED', endedAt: stopped };
    return clock.now() < at + minute
      ? { ...started, status: 'RUNNING' }
      : { ...started, status: 'SUCCEEDED', endedAt: at + minute, output: '{}' };
  };
  return {
    allowed,
    machine: async () => ({ type: 'STANDARD', status: 'ACTIVE' }),
    find,
    start: async (request, token) => {
      token.requireApproved(request);
      const { stateMachineArn, name, input } = request;
      const arn = executionArnOf(stateMachineArn, name);
      const standing = await find(arn);
      if (standing !== undefined) return standing;
      await token.confirm();
      const at = clock.now();
      await store.putOnce(startOf(arn), JSON.stringify({ at, input }));
      return { arn, input, status: 'RUNNING', startedAt: at };
    },
    stop: async (request, token) => {
      token.requireApproved(request);
      const found = await find(request.executionArn);
      if (found === undefined || !isRunning(found)) return;
      await token.confirm();
      await store.putOnce(stopOf(request.executionArn), String(clock.now()));
    },
  };
}
