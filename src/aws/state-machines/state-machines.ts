import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  DescribeStateMachineCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { machineParts } from '../../ports/state-machines/execution-names.ts';
import type {
  Execution,
  StateMachine,
  StateMachineChanges,
  StateMachines,
} from '../../ports/state-machines/state-machines.ts';
import { callAws } from '../aws-errors.ts';
import type { StepFunctionsClients } from '../clients.ts';
import { startExecution } from './start-execution.ts';
import { stopExecution } from './stop-execution.ts';

export function createStateMachines(
  clients: StepFunctionsClients,
  allowed: readonly string[],
): StateMachineChanges {
  const machines: StateMachines = {
    allowed,
    machine: async (arn) => describeMachine(clients.reads, machineParts(arn).plain),
    find: async (arn) => findExecution(clients.reads, arn),
  };
  return {
    ...machines,
    start: async (request, token) => startExecution(clients.changes, machines, request, token),
    stop: async (request, token) => stopExecution(clients.changes, machines, request, token),
  };
}

const absent = (): undefined => undefined;

async function describeMachine(reads: SFNClient, arn: string): Promise<StateMachine | undefined> {
  const found = await callAws(
    `DescribeStateMachine ${arn}`,
    async () =>
      reads.send(new DescribeStateMachineCommand({ stateMachineArn: arn, includedData: 'METADATA_ONLY' })),
    { StateMachineDoesNotExist: absent },
  );
  if (found === undefined) return undefined;
  const { type = '', status = 'ACTIVE', revisionId: revision } = found;
  return { type, status, ...(revision !== undefined && { revision }) };
}

/** Eventually consistent: an execution that was just started may be missing for a moment. */
async function findExecution(reads: SFNClient, arn: string): Promise<Execution | undefined> {
  const found = await callAws(
    `DescribeExecution ${arn}`,
    async () => reads.send(new DescribeExecutionCommand({ executionArn: arn })),
    { ExecutionDoesNotExist: absent },
  );
  return found === undefined ? undefined : asExecution(found, arn);
}

function asExecution(found: DescribeExecutionCommandOutput, asked: string): Execution {
  const { executionArn: arn = asked, status = '', startDate, stopDate, input, output, error, cause } = found;
  return {
    arn,
    status,
    startedAt: startDate?.getTime() ?? 0,
    ...(stopDate !== undefined && { endedAt: stopDate.getTime() }),
    ...(input !== undefined && { input }),
    ...(output !== undefined && { output }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
  };
}
