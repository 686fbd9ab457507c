import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createStateMachines } from '../../../src/aws/state-machines/state-machines.ts';
import { tokenFor } from '../../support/a-token.ts';
import { type MachinesUnderTest, machinesUnderTest, standard } from './machines-under-test.ts';

describe('an execution of a state machine', () => {
  let of: MachinesUnderTest;

  beforeAll(async () => {
    of = await machinesUnderTest();
  });
  beforeEach(async () => of.script({}));
  afterEach(async () => of.region.calm());
  afterAll(async () => of.region.close());

  const disturbStart = async (
    kind: 'drop-after' | 'drop-before' | 'error-5xx' | 'throttle' | 'access-denied',
  ): Promise<void> => of.region.disturb({ service: 'states', operation: 'StartExecution', kind, count: 1 });

  it('sends exactly what was approved, and returns the same execution when it is called again', async () => {
    const one = await of.asked();

    const first = await of.machines.start(one.request, one.token);
    const again = await of.machines.start(one.request, one.token);

    expect([first.arn, again.arn]).toEqual([one.arn, one.arn]);
    expect(await of.startsOf(one)).toBe(1);
    const calls = await of.region.committed('StartExecution');
    const { stateMachineArn, name, input } = one.request;
    expect(calls.at(-1)?.request).toEqual({ stateMachineArn, name, input });
  });

  it('that AWS started although its answer was lost is found and not started again', async () => {
    const one = await of.asked();
    await disturbStart('drop-after');

    await expect(of.machines.start(one.request, one.token)).rejects.toMatchObject({
      code: 'aws-unavailable',
      retry: true,
    });
    const found = await of.machines.start(one.request, one.token);

    expect(found).toMatchObject({ arn: one.arn, status: 'RUNNING' });
    expect(await of.startsOf(one)).toBe(1);
  });

  it.each(['7', 'live'])('of the version or alias %s is found by its name too', async (qualifier) => {
    const stateMachineArn = `${standard}:${qualifier}`;
    const machines = createStateMachines(of.region.clients.stepFunctions, [stateMachineArn]);
    const one = await of.asked({ stateMachineArn });

    await machines.start(one.request, one.token);
    await machines.start(one.request, one.token);

    expect(await machines.find(one.arn)).toMatchObject({ status: 'RUNNING' });
    expect(one.arn).not.toContain(`:${qualifier}:`);
    expect(await of.startsOf(one)).toBe(1);
  });

  it('that ended before its lost answer was looked for is found by its name and input', async () => {
    await of.script({ seconds: 0, output: '{"restored":true}' });
    const one = await of.asked();
    await disturbStart('drop-after');

    await expect(of.machines.start(one.request, one.token)).rejects.toMatchObject({
      code: 'aws-unavailable',
    });

    expect(await of.machines.start(one.request, one.token)).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"restored":true}',
    });
    expect(await of.startsOf(one)).toBe(1);
  });

  it.each([
    ['drop-before', 'aws-unavailable'],
    ['error-5xx', 'aws-unavailable'],
    ['throttle', 'aws-throttled'],
    ['access-denied', 'aws-denied'],
  ] as const)('that AWS did not start (%s) is started by the next call', async (kind, code) => {
    const one = await of.asked();
    await disturbStart(kind);

    await expect(of.machines.start(one.request, one.token)).rejects.toMatchObject({ code });
    expect(await of.startsOf(one)).toBe(0);
    await of.machines.start(one.request, one.token);

    expect(await of.startsOf(one)).toBe(1);
  });

  it('with the same name and another input is left alone', async () => {
    const one = await of.asked();
    const other = await of.asked({ name: one.request.name, input: '{"job":"another"}' });
    await of.machines.start(other.request, other.token);

    await expect(of.machines.start(one.request, one.token)).rejects.toMatchObject({
      code: 'execution-foreign',
    });
    expect(await of.startsOf(one)).toBe(1);
  });

  it.each(['FAILED', 'TIMED_OUT', 'ABORTED'])(
    'that %s is described with its error and its cause',
    async (ends) => {
      await of.script({ ends, seconds: 0, error: 'States.TaskFailed', cause: 'no capacity' });
      const one = await of.asked();

      await of.machines.start(one.request, one.token);

      expect(await of.machines.find(one.arn)).toMatchObject({
        status: ends,
        error: 'States.TaskFailed',
        cause: 'no capacity',
      });
    },
  );

  it('is stopped once, with the cause that people read in the console', async () => {
    const one = await of.asked();
    await of.machines.start(one.request, one.token);
    const stop = { executionArn: one.arn, cause: 'Canceled by people' };
    const token = tokenFor(one.token, stop);

    await of.machines.stop(stop, token);
    await of.machines.stop(stop, token);

    const stops = (await of.region.committed('StopExecution')).filter(
      ({ request }) => request['executionArn'] === one.arn,
    );
    expect(stops.map(({ request }) => request)).toEqual([stop]);
    expect(await of.machines.find(one.arn)).toMatchObject({ cause: 'Canceled by people' });
  });
});
