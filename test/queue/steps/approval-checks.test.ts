import { beforeEach, describe, expect, it } from 'vitest';
import { stateOf } from '../../../src/incidents/model/incident.ts';
import { requireApproved, requireHolding } from '../../../src/queue/steps/checks/approval-checks.ts';
import type { Approved } from '../../../src/queue/steps/step-run.ts';
import { after, ofStep, other, timeOf } from '../../incidents/model/a-history.ts';
import { AWorker, approved, byAutopilot, now, proposed } from './a-worker.ts';

const minute = 60_000;
const lapsed = { code: 'approval-lapsed' };

describe('the checks of a worker before a change', () => {
  let worker: AWorker;

  beforeEach(() => {
    worker = new AWorker();
  });

  const holding = async (startedAt = now, action?: object): Promise<void> =>
    requireHolding(worker.deps, worker.run(action, startedAt), worker.state);

  describe('when it begins', () => {
    it('ask for the signatures, the archive and the approvers, each with what it needs', async () => {
      worker.incident = after(
        proposed({ policyClass: 'spend', others: true, needs: 2 }),
        approved(),
        approved({ by: other }),
      );
      await holding();

      expect(worker.asked).toEqual([
        ['signed', worker.incident.id],
        ['archived', [worker.incident.id, false]],
        [
          'reauthorize',
          {
            step: 'resumed',
            role: 'lead',
            policyClass: 'spend',
            others: true,
            approvals: [
              { by: 'U0LEAD', at: timeOf(3) },
              { by: 'U0OTHER', at: timeOf(4) },
            ],
            glass: undefined,
          },
        ],
      ]);
    });

    it('refuse approvals that are older than 15 minutes', async () => {
      await holding(timeOf(3) + 15 * minute);
      await expect(holding(timeOf(3) + 15 * minute + 1)).rejects.toMatchObject({
        ...lapsed,
        detail: 'it was given 16 min ago and is valid for 15 min',
      });
    });

    it('refuse a change with fewer approvals than it needs', async () => {
      worker.incident = after(proposed({ needs: 2 }), approved());

      await expect(holding()).rejects.toMatchObject({ ...lapsed, detail: 'it takes 2 approvals and has 1' });
      expect(worker.asked).toEqual([]);
    });

    it('refuse a request that is not the approved one', async () => {
      worker.incident = after(ofStep.proposed, ofStep.approved);

      await expect(holding()).rejects.toMatchObject({
        ...lapsed,
        detail: 'the request is no longer the one that was approved',
      });
      expect(() => requireApproved(worker.state)).toThrow('no longer the one');
      expect(requireApproved(stateOf(after(proposed()), 'resumed') as Approved)).toBeUndefined();
    });

    it('refuse it if an approver may not approve any longer', async () => {
      worker.why = 'the role was removed';

      await expect(holding()).rejects.toMatchObject({ ...lapsed, detail: worker.why });
    });

    it.each(['signed', 'archived'])('refuse it if the journal is not %s', async (what) => {
      worker.failing = what;

      await expect(holding()).rejects.toThrow(what);
    });

    it.each([
      [{ effect: 'change', approver: 'production-approver' }, { policyClass: 'spend' }, 'production'],
      [{ effect: 'change', approver: 'responder' }, { policyClass: 'production' }, 'production'],
      [{ effect: 'change', approver: 'responder' }, {}, 'spend'],
      [{ effect: 'read', approver: 'production-approver' }, { policyClass: 'reversible' }, 'reversible'],
      [{ effect: 'read' }, { role: 'production-approver' }, 'production'],
      [
        { effect: 'change', approver: 'responder', policyClass: 'spend' },
        { policyClass: 'reversible' },
        'spend',
      ],
    ])(
      'ask for the stricter class of the action %j and the request %j: %s',
      async (action, request, policyClass) => {
        worker.incident = after(proposed(request), approved());
        await holding(now, action);

        expect(worker.asked.find(([name]) => name === 'reauthorize')?.[1]).toMatchObject({
          policyClass,
          others: false,
        });
      },
    );

    it('ask relight.yaml instead of the approvers if Autopilot approved it', async () => {
      worker.incident = after(proposed({ needs: 2 }), byAutopilot);
      await holding();
      expect(worker.asked.slice(2)).toEqual([['autopilot', 'resumed']]);

      worker.whyNotAutopilot = 'it was switched off';
      await expect(holding()).rejects.toMatchObject({ ...lapsed, detail: worker.whyNotAutopilot });
    });
  });
});
