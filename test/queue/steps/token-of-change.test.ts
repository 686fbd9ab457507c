import { beforeEach, describe, expect, it } from 'vitest';
import type { Token } from '../../../src/ports/ports.ts';
import { carryOut } from '../../../src/queue/steps/run-change.ts';
import { continued, ofStep, timeOf } from '../../incidents/model/a-history.ts';
import { AChangeWorker } from './a-change-worker.ts';
import { hash } from './a-worker.ts';

const call = { operation: 'UpdateEndpoint', seen: 'a' };

describe('the token of a change', () => {
  let worker: AChangeWorker;

  beforeEach(() => {
    worker = new AChangeWorker();
  });

  /** What the action did between its start and its end. */
  async function within(act: (token: Token) => Promise<void>): Promise<readonly string[]> {
    let from = 0;
    let to = 0;
    worker.act = async (_, token) => {
      from = worker.done.length;
      worker.asked.length = 0;
      await act(token);
      to = worker.done.length;
      return { job: 'job-2' };
    };
    await carryOut(worker.changing, worker.change);
    return worker.done.slice(from, to);
  }
  const failing = async (work: Promise<unknown>): Promise<string | undefined> =>
    work.then(
      () => undefined,
      (thrown: { readonly code?: string }) => thrown.code,
    );

  it('knows who approved what, and takes no other request', async () => {
    await within(async (token) => {
      expect(token).toMatchObject({
        incident: 'rl-test1234',
        step: 'resumed',
        attempt: 1,
        hash,
        approvers: ['U0LEAD'],
      });
      token.requireApproved({});
      expect(() => token.requireApproved({ more: 1 })).toThrow();
    });
  });

  it('asks everything again before a call, and marks it first', async () => {
    const did = await within(async (token) => {
      await token.confirm();
      expect(worker.state).toMatchObject({ status: 'changing', sent: true });
    });

    expect(did).toEqual(['halts', 'reserve resumed {}']);
    expect(worker.namesOfAsked).toEqual(['signed', 'archived', 'reauthorize']);
  });

  it('refuses a call while all changes are halted', async () => {
    await within(async (token) => {
      worker.halted = true;
      expect(await failing(token.confirm())).toBe('halted');
      expect(await failing(token.confirmWrite())).toBe('halted');
      expect(await failing(token.confirmOnce(call))).toBe('halted');
      expect(worker.state).not.toHaveProperty('sent');
    });
  });

  it('refuses a call once a person wants the change canceled', async () => {
    await within(async (token) => {
      worker.incident = continued(worker.incident, ofStep.cancelAsked);
      expect(await failing(token.confirm())).toBe('change-canceled');
      expect(await failing(token.confirmWrite())).toBe('change-canceled');
      expect(worker.state).not.toHaveProperty('sent');
    });
  });

  it('gives a one-time call to one run, which can read its mark', async () => {
    await within(async (token) => {
      expect(await token.markOf('UpdateEndpoint')).toBeUndefined();
      expect(await token.confirmOnce(call)).toBe(true);
      const at = timeOf(worker.incident.seq - 1);
      expect(await token.markOf('UpdateEndpoint')).toEqual({ seen: 'a', at, ageMs: timeOf(20) - at });
      expect(await token.markOf('Other')).toBeUndefined();
      expect(await token.confirmOnce(call)).toBe(false);
      expect(await token.confirmOnce({ ...call, replaces: at })).toBe(true);
    });
  });

  it('has no mark for a change that is over', async () => {
    await within(async (token) => {
      await token.confirmOnce(call);
      worker.incident = continued(worker.incident, ofStep.failed);
      expect(await token.markOf('UpdateEndpoint')).toBeUndefined();
    });
  });

  it('marks written files once, and asks only for a halt before each of them', async () => {
    const did = await within(async (token) => {
      const before = worker.incident.seq;
      await Promise.all([token.confirmWrite(), token.confirmWrite()]);
      await token.confirmWrite();
      expect(worker.incident.seq).toBe(before + 1);
      expect(worker.state).toMatchObject({ wrote: true });
      expect(worker.state).not.toHaveProperty('sent');
    });

    expect(did).toEqual(['halts', 'halts', 'halts']);
    expect(worker.asked).toEqual([]);
  });

  it('stops the writes of a worker that has lost the step', async () => {
    await within(async (token) => {
      await token.confirmWrite();
      worker.lost.abort();
      expect(token.signal.aborted).toBe(true);
      expect(await failing(token.confirmWrite())).toBe('illegal-move');
    });
  });
});
