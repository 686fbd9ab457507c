import { type SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { OpsError } from '../../errors.ts';
import type { Token } from '../../ports/ports.ts';
import {
  isRunning,
  type StateMachines,
  type StopRequest,
} from '../../ports/state-machines/state-machines.ts';
import { callAws } from '../aws-errors.ts';

/** Stops an execution that is still running. */
export async function stopExecution(
  changes: SFNClient,
  machines: StateMachines,
  request: StopRequest,
  token: Token,
): Promise<void> {
  token.requireApproved(request);
  const { executionArn: arn } = request;
  const found = await machines.find(arn);
  if (found === undefined) throw new OpsError('aws-refused', `AWS has no execution ${arn}`);
  if (!isRunning(found)) return;
  await token.confirm();
  // AWS accepts a second call for an execution that has ended meanwhile.
  await callAws(`StopExecution ${arn}`, async () => changes.send(new StopExecutionCommand(request)));
}
