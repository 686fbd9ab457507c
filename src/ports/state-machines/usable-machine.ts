import { OpsError } from '../../errors.ts';
import type { AttemptKey } from '../token.ts';
import { earlierExecutionNames, executionArnOf, isMachineArn, machineParts } from './execution-names.ts';
import { type Execution, isRunning, type StateMachine, type StateMachines } from './state-machines.ts';

/**
 * The state machine, if an execution of it may be started and can be followed. Throws `machine-not-allowed` unless
 * relight.yaml names it, and `machine-unusable` otherwise.
 */
export async function usableMachine(machines: StateMachines, arn: string): Promise<StateMachine> {
  if (!isMachineArn(arn)) throw new OpsError('machine-unusable', `${arn} is not the ARN of a state machine`);
  if (!machines.allowed.includes(arn))
    throw new OpsError('machine-not-allowed', `${arn} is not listed under \`state_machines\``);
  const machine = await machines.machine(arn);
  if (machine === undefined) throw new OpsError('machine-unusable', `AWS has no ${arn} in this Region`);
  if (machine.type !== 'STANDARD')
    throw new OpsError(
      'machine-unusable',
      `${arn} is ${machine.type}, and AWS describes executions of STANDARD state machines only`,
    );
  if (machine.status === 'DELETING') throw new OpsError('machine-unusable', `${arn} is being deleted`);
  return machine;
}

/** The revision that an approval is about. A version never changes, and an alias has no revision. */
export function revisionOf(arn: string, { revision }: StateMachine): string | undefined {
  return machineParts(arn).qualifier === undefined ? revision : undefined;
}

/** The execution of an earlier attempt of the step that has not ended. */
export async function runningEarlier(
  machines: StateMachines,
  machine: string,
  key: Pick<AttemptKey, 'incident' | 'step' | 'earlier'>,
): Promise<Execution | undefined> {
  return (await executionsEarlier(machines, machine, key)).find(isRunning);
}

async function executionsEarlier(
  machines: StateMachines,
  machine: string,
  key: Pick<AttemptKey, 'incident' | 'step' | 'earlier'>,
): Promise<readonly Execution[]> {
  const arns = earlierExecutionNames(key).map((name) => executionArnOf(machine, name));
  const found = await Promise.all(arns.map(async (arn) => machines.find(arn)));
  return found.filter((one) => one !== undefined);
}

/** The executions of earlier attempts of the step. Throws `execution-running` if one of them has not ended. */
export async function endedEarlier(
  machines: StateMachines,
  machine: string,
  key: Pick<AttemptKey, 'incident' | 'step' | 'earlier'>,
): Promise<readonly Execution[]> {
  const executions = await executionsEarlier(machines, machine, key);
  const running = executions.find(isRunning);
  if (running !== undefined)
    throw new OpsError('execution-running', `${running.arn} of an earlier attempt is ${running.status}`);
  return executions;
}
