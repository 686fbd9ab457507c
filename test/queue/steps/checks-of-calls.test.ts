import { beforeEach, describe, expect, it } from 'vitest';
import { claimSending, requireMayGoOn } from '../../../src/queue/steps/checks/approval-checks.ts';
import { after, continued, ofStep, timeOf } from '../../incidents/model/a-history.ts';
import { AWorker, approved, begun, proposed } from './a-worker.ts';

describe('the checks of a worker before a change', () => {
  let worker: AWorker;

  beforeEach(() => {
    worker = new AWorker();
  });

  describe('before each call', () => {
    const mayGoOn = async (): Promise<void> => requireMayGoOn(worker.deps, worker.run(), worker.state);

    it('ask the approvers until the first call, and only for the approvals after it', async () => {
      worker.incident = after(proposed(), approved(), begun);
      await mayGoOn();
      expect(worker.asked.map(([name, value]) => (name === 'archived' ? value : name))).toEqual([
        'signed',
        [worker.incident.id, true],
        'reauthorize',
      ]);

      worker.asked = [];
      worker.incident = continued(worker.incident, { ...ofStep.sent, writes: true });
      await mayGoOn();
      expect(worker.namesOfAsked).toContain('reauthorize');

      worker.asked = [];
      worker.incident = continued(worker.incident, ofStep.sent);
      worker.why = 'the role was removed';
      await mayGoOn();
      expect(worker.namesOfAsked).toEqual(['signed']);
    });

    it.each<readonly [string, () => void]>([
      ['is closed', () => (worker.incident = continued(worker.incident, { type: 'closed', why: 'done' }))],
      ['has not begun', () => (worker.incident = after(proposed(), approved()))],
      ['has failed', () => (worker.incident = continued(worker.incident, ofStep.failed))],
      [
        'is another attempt',
        () =>
          (worker.incident = { ...worker.incident, states: { resumed: { ...worker.state, attempt: 2 } } }),
      ],
      [
        'is another request',
        () =>
          (worker.incident = { ...worker.incident, states: { resumed: { ...worker.state, hash: 'other' } } }),
      ],
      ['is no longer this worker’s', () => worker.lost.abort()],
    ])('stop if the change %s', async (_, change) => {
      worker.incident = after(proposed(), approved(), begun);
      const before = worker.state;
      change();

      await expect(requireMayGoOn(worker.deps, worker.run(), before)).rejects.toMatchObject({
        code: 'illegal-move',
        detail: 'resumed was taken over by another worker',
      });
      await expect(claimSending(worker.deps, worker.run(), before)).rejects.toMatchObject({
        code: 'illegal-move',
      });
      expect(worker.asked).toEqual([]);
    });

    it('stop if a person cancels it', async () => {
      worker.incident = after(proposed(), approved(), begun, ofStep.cancelAsked);

      await expect(mayGoOn()).rejects.toMatchObject({ code: 'change-canceled' });
      await expect(claimSending(worker.deps, worker.run(), worker.state)).rejects.toMatchObject({
        code: 'change-canceled',
      });
      expect(worker.state).not.toHaveProperty('sent');
    });
  });

  describe('the mark before a call', () => {
    const claim = async (mark?: Parameters<typeof claimSending>[3]): Promise<boolean> => {
      const before = worker.incident.seq;
      const answer = await claimSending(worker.deps, worker.run(), worker.state, mark);
      marks += worker.incident.seq - before;
      return answer;
    };
    const call = { operation: 'UpdateEndpoint', seen: 'a' };
    let marks: number;

    beforeEach(() => {
      marks = 0;
      worker.incident = after(proposed(), approved(), begun);
    });

    it('is made once for all calls that may be repeated', async () => {
      expect([await claim(), await claim()]).toEqual([true, true]);
      expect(worker.state).toMatchObject({ sent: true });
      expect(marks).toBe(1);
    });

    it('is made once for written files, and not at all after a call', async () => {
      expect([await claim({ writes: true }), await claim({ writes: true })]).toEqual([true, true]);
      expect(worker.state).toMatchObject({ wrote: true });
      expect(worker.state).not.toHaveProperty('sent');
      expect(marks).toBe(1);
      await claim();
      expect(worker.state).toMatchObject({ sent: true, wrote: true });
      await claim({ writes: true });
      expect(marks).toBe(2);
    });

    it('of a call that must not be repeated is given to one run only', async () => {
      expect(await claim({ call })).toBe(true);
      expect(await claim({ call })).toBe(false);
      expect(marks).toBe(1);
      expect(await claim({ call: { ...call, operation: 'Other' } })).toBe(true);
      expect(worker.state).toMatchObject({
        calls: { UpdateEndpoint: { seen: 'a', at: timeOf(5) }, Other: { seen: 'a', at: timeOf(6) } },
      });
    });

    it('is replaced only by a run that has seen it', async () => {
      await claim({ call });

      expect(await claim({ call: { ...call, seen: 'b' }, replaces: timeOf(4) })).toBe(false);
      expect(await claim({ call: { ...call, seen: 'b' }, replaces: timeOf(5) })).toBe(true);
      expect(worker.state).toMatchObject({ calls: { UpdateEndpoint: { seen: 'b', at: timeOf(6) } } });
      expect(marks).toBe(2);
      expect(await claim({ call: { ...call, operation: 'Other' }, replaces: 7 })).toBe(false);
    });
  });
});
