import { DescribeExecutionCommand, DescribeStateMachineCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { executionArnOf, machineParts } from '../../ports/state-machines/execution-names.ts';
import { callAws } from '../aws-errors.ts';
import type { Clients } from '../clients.ts';
import { callProbe, notProbed, type Probe } from './probe.ts';

/** For each state machine that relight.yaml allows. AWS checks a permission first, so an absent execution proves it. */
export function machineProbes(
  { stepFunctions: { reads } }: Pick<Clients, 'stepFunctions'>,
  machines: readonly string[],
): readonly Probe[] {
  if (machines.length === 0) return [];
  return [
    ...machines.flatMap((arn) => [
      {
        source: '`state_machines` in relight.yaml',
        ...callProbe('states:DescribeStateMachine', `read ${arn}`, async () => describe(reads, arn)),
      },
      callProbe('states:DescribeExecution', `follow executions of ${arn}`, async () =>
        callAws(
          'DescribeExecution',
          async () =>
            reads.send(new DescribeExecutionCommand({ executionArn: executionArnOf(arn, 'relight-doctor') })),
          { ExecutionDoesNotExist: () => undefined },
        ),
      ),
    ]),
    notProbed('states:StartExecution', 'start a state machine', 'it would start one'),
    notProbed('states:StopExecution', 'stop an execution', 'it would stop a running one'),
  ];
}

async function describe(reads: SFNClient, arn: string): Promise<unknown> {
  const stateMachineArn = machineParts(arn).plain;
  return callAws(`DescribeStateMachine ${stateMachineArn}`, async () =>
    reads.send(new DescribeStateMachineCommand({ stateMachineArn, includedData: 'METADATA_ONLY' })),
  );
}
