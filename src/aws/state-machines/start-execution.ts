import { type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { OpsError } from '../../errors.ts';
import type { Token } from '../../ports/ports.ts';
import { executionArnOf } from '../../ports/state-machines/execution-names.ts';
import {
  type Execution,
  type ExecutionRequest,
  type StateMachines,
  startExecutionCall,
} from '../../ports/state-machines/state-machines.ts';
import { endedEarlier, revisionOf, usableMachine } from '../../ports/state-machines/usable-machine.ts';
import { callAws } from '../aws-errors.ts';

/**
 * Starts at most one execution per token. The name is the fence: AWS returns the running execution with the same name and
 * input, and refuses the name of one that has ended. After a lost response the queue calls again with the same token.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
export async function startExecution(
  changes: SFNClient,
  machines: StateMachines,
  request: ExecutionRequest,
  token: Token,
): Promise<Execution> {
  token.requireApproved(request);
  const standing = await standingExecution(machines, request);
  if (standing !== undefined) return standing;
  await requireUnchanged(machines, request, token);
  await token.confirm();
  const { stateMachineArn, name } = request;
  const started = await callAws(
    `StartExecution ${name}`,
    async () => changes.send(new StartExecutionCommand(startExecutionCall(request).input)),
    { ExecutionAlreadyExists: () => undefined },
  );
  if (started === undefined) return (await standingExecution(machines, request)) ?? unknown(name);
  const { executionArn: arn = executionArnOf(stateMachineArn, name), startDate } = started;
  return { arn, status: 'RUNNING', startedAt: startDate?.getTime() ?? 0 };
}

/** The execution that has the name. Throws `execution-foreign` unless its input is the approved one. */
async function standingExecution(
  machines: StateMachines,
  { stateMachineArn, name, input }: ExecutionRequest,
): Promise<Execution | undefined> {
  const found = await machines.find(executionArnOf(stateMachineArn, name));
  if (found === undefined || found.input === input) return found;
  throw new OpsError('execution-foreign', `the input of ${found.arn} differs from the approved one`);
}

async function requireUnchanged(
  machines: StateMachines,
  { stateMachineArn: arn, ...request }: ExecutionRequest,
  token: Token,
): Promise<void> {
  const revision = revisionOf(arn, await usableMachine(machines, arn));
  if (revision !== request['revision'])
    throw new OpsError('basis-changed', `${arn} was updated since the request was built`);
  await endedEarlier(machines, arn, token);
}

function unknown(name: string): never {
  throw new OpsError('aws-unavailable', `the name ${name} is taken, and AWS does not show its execution yet`);
}
