import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { attemptKeyOf } from '../../../src/ports/calls.ts';
import { executionName } from '../../../src/ports/state-machines/execution-names.ts';
import { tokenFor } from '../../support/a-token.ts';
import {
  absent,
  express,
  type MachinesUnderTest,
  machinesUnderTest,
  standard,
} from './machines-under-test.ts';

describe('an execution', () => {
  let of: MachinesUnderTest;

  beforeAll(async () => {
    of = await machinesUnderTest();
  });
  beforeEach(async () => of.script({}));
  afterEach(async () => of.region.calm());
  afterAll(async () => of.region.close());

  it('is refused if the approval no longer holds', async () => {
    const one = await of.asked();
    const lapsed = tokenFor(one.token, one.request, async () => {
      throw new Error('lapsed');
    });

    await expect(of.machines.start(one.request, lapsed)).rejects.toThrow('lapsed');
    expect(await of.startsOf(one)).toBe(0);
  });

  it('is refused if the state machine was updated after the request was built', async () => {
    const one = await of.asked();
    await of.script({ updated: true });

    await expect(of.machines.start(one.request, one.token)).rejects.toMatchObject({ code: 'basis-changed' });
    expect(await of.startsOf(one)).toBe(0);
  });

  it('is refused while the execution of an earlier attempt runs', async () => {
    const first = await of.asked();
    await of.machines.start(first.request, first.token);
    const key = attemptKeyOf({ incident: first.token.incident, step: 'restored', attempt: 2 });
    const second = await of.asked({ name: executionName(key) }, key);

    await expect(of.machines.start(second.request, second.token)).rejects.toMatchObject({
      code: 'execution-running',
      detail: expect.stringContaining(first.arn),
    });
    expect(await of.startsOf(second)).toBe(0);
  });

  it.each([
    ['an express one', express, 'machine-unusable', 'is EXPRESS'],
    ['one that is absent', absent, 'machine-unusable', 'AWS has no'],
    ['one that relight.yaml does not list', `${standard}-3`, 'machine-not-allowed', 'state_machines'],
  ])('of %s is refused', async (_, stateMachineArn, code, words) => {
    const one = await of.asked({ stateMachineArn });

    await expect(of.machines.start(one.request, one.token)).rejects.toMatchObject({
      code,
      detail: expect.stringContaining(words),
    });
    expect(await of.startsOf(one)).toBe(0);
  });

  it.each([
    ['another input', { input: '{"job":"another"}' }],
    ['another name', { name: 'another-name' }],
    ['another state machine', { stateMachineArn: express }],
    ['another revision', { revision: 'revision-9' }],
  ])('with %s than the approved one is refused', async (_, change) => {
    const one = await of.asked();
    const before = await of.region.committed('StartExecution');

    await expect(of.machines.start({ ...one.request, ...change }, one.token)).rejects.toMatchObject({
      code: 'not-approved',
      retry: false,
    });
    expect(await of.region.committed('StartExecution')).toEqual(before);
  });

  it('that the approval does not name is not stopped', async () => {
    const [one, other] = [await of.asked(), await of.asked()];
    await of.machines.start(one.request, one.token);
    const stop = { executionArn: one.arn, cause: 'Canceled by people' };
    const token = tokenFor(one.token, { ...stop, executionArn: other.arn });

    await expect(of.machines.stop(stop, token)).rejects.toMatchObject({ code: 'not-approved' });
    expect(await of.machines.find(one.arn)).toMatchObject({ status: 'RUNNING' });
  });
});
