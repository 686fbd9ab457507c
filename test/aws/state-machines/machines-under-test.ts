import { createStateMachines } from '../../../src/aws/state-machines/state-machines.ts';
import { attemptKeyOf } from '../../../src/ports/calls.ts';
import type { AttemptKey, Token } from '../../../src/ports/ports.ts';
import { executionArnOf, executionName } from '../../../src/ports/state-machines/execution-names.ts';
import type {
  ExecutionRequest,
  StateMachineChanges,
} from '../../../src/ports/state-machines/state-machines.ts';
import { tokenFor } from '../../support/a-token.ts';
import { postJson } from '../../support/world.ts';
import { type RegionUnderTest, startRegionUnderTest } from '../a-region.ts';

export const standard = 'arn:aws:states:us-east-1:123456789012:stateMachine:restore-training';
export const express = 'arn:aws:states:us-east-1:123456789012:stateMachine:restore-quickly';
export const absent = `${standard}-2`;

/** An execution that people approved. */
interface Asked {
  readonly request: ExecutionRequest;
  readonly token: Token;
  readonly arn: string;
}

/** The stand-in region with its state machines, through the real SDK. */
export interface MachinesUnderTest {
  readonly region: RegionUnderTest;
  readonly machines: StateMachineChanges;
  /** How the executions that start from now on end; by default they run for a day. */
  readonly script: (changes: object) => Promise<void>;
  /** A request of a new incident, with its token. */
  readonly asked: (changes?: Partial<ExecutionRequest>, key?: AttemptKey) => Promise<Asked>;
  readonly startsOf: (asked: Asked) => Promise<number>;
}

export async function machinesUnderTest(): Promise<MachinesUnderTest> {
  const region = await startRegionUnderTest();
  const machines = createStateMachines(region.clients.stepFunctions, [standard, express, absent]);
  let incidents = 0;
  return {
    region,
    machines,
    script: async (changes) =>
      void (await postJson(`${region.region.url}/_sandbox/state-machine`, {
        machine: 'restore-training',
        seconds: 86_400,
        ...changes,
      })),
    asked: async (changes = {}, key) => {
      incidents += 1;
      const attemptKey = key ?? attemptKeyOf({ incident: `rl-${incidents}`, step: 'restored', attempt: 1 });
      const revision = (await machines.machine(standard))?.revision;
      const request: ExecutionRequest = {
        stateMachineArn: standard,
        name: executionName(attemptKey),
        input: '{"job":"srl-rlvr-gold-20251104"}',
        ...(revision !== undefined && { revision }),
        ...changes,
      };
      const arn = executionArnOf(request.stateMachineArn, request.name);
      return { request, token: tokenFor(attemptKey, request), arn };
    },
    startsOf: async ({ request }) => {
      const calls = await region.committed('StartExecution');
      return calls.filter((call) => call.request['name'] === request.name).length;
    },
  };
}
