import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createStateMachines } from '../../../src/aws/state-machines/state-machines.ts';
import { attemptKeyOf } from '../../../src/ports/calls.ts';
import type { AttemptKey, Token } from '../../../src/ports/ports.ts';
import { executionArnOf, executionName } from '../../../src/ports/state-machines/execution-names.ts';
import type {
  ExecutionRequest,
  StateMachineChanges,
} from '../../../src/ports/state-machines/state-machines.ts';
import { tokenFor } from '../../support/a-token.ts';
import { until } from '../../support/until.ts';
import { postJson } from '../../support/world.ts';
import { type RegionUnderTest, startRegionUnderTest } from '../a-region.ts';

const standard = 'arn:aws:states:us-east-1:123456789012:stateMachine:restore-training';
const express = 'arn:aws:states:us-east-1:123456789012:stateMachine:restore-quickly';

describe('an execution of a state machine', () => {
  let region: RegionUnderTest;
  let machines: StateMachineChanges;
  let incidents = 0;

  beforeAll(async () => {
    region = await startRegionUnderTest(100);
    machines = createStateMachines(region.clients.stepFunctions, [standard, express]);
  });
  beforeEach(async () => script({}));
  afterEach(async () => region.calm());
  afterAll(async () => region.close());

  async function script(changes: object): Promise<void> {
    await postJson(`${region.region.url}/_sandbox/state-machine`, {
      machine: 'restore-training',
      seconds: 86_400,
      ...changes,
    });
  }

  interface Asked {
    readonly request: ExecutionRequest;
    readonly token: Token;
    readonly arn: string;
  }

  async function asked(
    changes: Partial<ExecutionRequest> = {},
    key: Partial<AttemptKey> = {},
  ): Promise<Asked> {
    incidents += 1;
    const attemptKey = {
      ...attemptKeyOf({ incident: `rl-${incidents}`, step: 'restored', attempt: 1 }),
      ...key,
    };
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
  }

  async function startsOf({ request }: Asked): Promise<number> {
    const calls = await region.committed('StartExecution');
    return calls.filter((call) => call.request['name'] === request.name).length;
  }

  const denied = (kind: 'drop-after' | 'drop-before' | 'error-5xx' | 'throttle' | 'access-denied') =>
    region.disturb({ service: 'states', operation: 'StartExecution', kind, count: 1 });

  it('sends exactly what was approved, and returns the same execution when it is called again', async () => {
    const one = await asked();

    const first = await machines.start(one.request, one.token);
    const again = await machines.start(one.request, one.token);

    expect([first.arn, again.arn]).toEqual([one.arn, one.arn]);
    expect(await startsOf(one)).toBe(1);
    const calls = await region.committed('StartExecution');
    const { stateMachineArn, name, input } = one.request;
    expect(calls.at(-1)?.request).toEqual({ stateMachineArn, name, input });
  });

  it('that AWS started although its answer was lost is found and not started again', async () => {
    const one = await asked();
    await denied('drop-after');

    await expect(machines.start(one.request, one.token)).rejects.toMatchObject({
      code: 'aws-unavailable',
      retry: true,
    });
    const found = await machines.start(one.request, one.token);

    expect(found).toMatchObject({ arn: one.arn, status: 'RUNNING' });
    expect(await startsOf(one)).toBe(1);
  });

  it('that ended before its lost answer was looked for is found by its name and input', async () => {
    await script({ seconds: 0, output: '{"restored":true}' });
    const one = await asked();
    await denied('drop-after');

    await expect(machines.start(one.request, one.token)).rejects.toMatchObject({ code: 'aws-unavailable' });

    expect(await machines.start(one.request, one.token)).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"restored":true}',
    });
    expect(await startsOf(one)).toBe(1);
  });

  it.each([
    ['drop-before', 'aws-unavailable'],
    ['error-5xx', 'aws-unavailable'],
    ['throttle', 'aws-throttled'],
    ['access-denied', 'aws-denied'],
  ] as const)('that AWS did not start (%s) is started by the next call', async (kind, code) => {
    const one = await asked();
    await denied(kind);

    await expect(machines.start(one.request, one.token)).rejects.toMatchObject({ code });
    expect(await startsOf(one)).toBe(0);
    await machines.start(one.request, one.token);

    expect(await startsOf(one)).toBe(1);
  });

  it('with the same name and another input is left alone', async () => {
    const one = await asked();
    const other = await asked({ name: one.request.name, input: '{"job":"another"}' });
    await machines.start(other.request, other.token);

    await expect(machines.start(one.request, one.token)).rejects.toMatchObject({ code: 'execution-foreign' });
    expect(await startsOf(one)).toBe(1);
  });

  it('is not started if the approval no longer holds', async () => {
    const one = await asked();
    const lapsed = tokenFor(one.token, one.request, async () => {
      throw new Error('lapsed');
    });

    await expect(machines.start(one.request, lapsed)).rejects.toThrow('lapsed');
    expect(await startsOf(one)).toBe(0);
  });

  it('is not started if the state machine was updated after the request was built', async () => {
    const one = await asked();
    await script({ updated: true });

    await expect(machines.start(one.request, one.token)).rejects.toMatchObject({ code: 'basis-changed' });
    expect(await startsOf(one)).toBe(0);
  });

  it('is not started while the execution of an earlier attempt runs', async () => {
    const first = await asked();
    await machines.start(first.request, first.token);
    const key = attemptKeyOf({ incident: first.token.incident, step: 'restored', attempt: 2 });
    const second = await asked({ name: executionName(key) }, key);

    await expect(machines.start(second.request, second.token)).rejects.toMatchObject({
      code: 'execution-running',
      detail: expect.stringContaining(first.arn),
    });
    expect(await startsOf(second)).toBe(0);
  });

  it.each([
    ['an express one', express, 'machine-unusable', 'is EXPRESS'],
    ['one that is absent', `${standard}-2`, 'machine-unusable', 'AWS has no'],
    ['one that relight.yaml does not list', `${standard}-3`, 'machine-not-allowed', 'state_machines'],
  ])('of %s is not started', async (_, stateMachineArn, code, words) => {
    const allowing = createStateMachines(region.clients.stepFunctions, [standard, express, `${standard}-2`]);
    const one = await asked({ stateMachineArn });

    await expect(allowing.start(one.request, one.token)).rejects.toMatchObject({
      code,
      detail: expect.stringContaining(words),
    });
    expect(await startsOf(one)).toBe(0);
  });

  it.each(['FAILED', 'TIMED_OUT', 'ABORTED'])(
    'that %s is described with its error and its cause',
    async (ends) => {
      await script({ ends, seconds: 0, error: 'States.TaskFailed', cause: 'no capacity' });
      const one = await asked();

      await machines.start(one.request, one.token);

      expect(await machines.find(one.arn)).toMatchObject({
        status: ends,
        error: 'States.TaskFailed',
        cause: 'no capacity',
      });
    },
  );

  it('is stopped once, with the cause that people read in the console', async () => {
    const one = await asked();
    await machines.start(one.request, one.token);
    const stop = { executionArn: one.arn, cause: 'Canceled by people' };
    const token = tokenFor(one.token, stop);

    await machines.stop(stop, token);
    await machines.stop(stop, token);

    await until(
      async () => (await machines.find(one.arn))?.status === 'ABORTED',
      'the execution to be aborted',
    );
    const stops = (await region.committed('StopExecution')).filter(
      ({ request }) => request['executionArn'] === one.arn,
    );
    expect(stops.map(({ request }) => request)).toEqual([stop]);
    expect(await machines.find(one.arn)).toMatchObject({ cause: 'Canceled by people' });
  });
});
