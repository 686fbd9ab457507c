import { beforeEach, describe, expect, it } from 'vitest';
import type { IncidentEvent } from '../../../src/incidents/model/events.ts';
import { type Incident } from '../../../src/incidents/model/incident.ts';
import { requireHolding } from '../../../src/queue/steps/checks/approval-checks.ts';
import { after, continued, lead, nobody, timeOf } from '../../incidents/model/a-history.ts';
import { AWorker, approved, begun, byAutopilot, now, proposed } from './a-worker.ts';

const lapsed = { code: 'approval-lapsed' };
const broken = (until: number): IncidentEvent => ({
  type: 'glass-broken',
  why: 'nobody answers',
  until,
  call: nobody,
  by: lead,
});

describe('the checks of a worker before a change', () => {
  let worker: AWorker;

  beforeEach(() => {
    worker = new AWorker();
  });

  const holding = async (startedAt = now, action?: object): Promise<void> =>
    requireHolding(worker.deps, worker.run(action, startedAt), worker.state);

  describe('with a broken glass', () => {
    const withGlass = (until: number, ...more: readonly IncidentEvent[]): Incident =>
      after(broken(until), proposed({ needs: 2 }), approved({ glassAt: timeOf(2) }), ...more);

    it('take it until its time is over', async () => {
      worker.incident = withGlass(now);
      await holding();
      expect(worker.namesOfAsked).toContain('reauthorize');
      worker.incident = withGlass(now - 1);
      await expect(holding()).rejects.toMatchObject({
        ...lapsed,
        detail: 'the break-glass was used already, or its time is over',
      });
    });

    it('take it for one step only', async () => {
      worker.incident = withGlass(now, begun);
      await holding();
      worker.incident = {
        ...worker.incident,
        glass: { by: 'U0LEAD', at: timeOf(2), until: now, why: '', usedFor: 'found' },
      };
      await expect(holding()).rejects.toMatchObject(lapsed);
    });

    it('refuse another glass, or one that the incident does not know', async () => {
      worker.incident = withGlass(now);
      worker.incident = { ...worker.incident, glass: { by: 'U0LEAD', at: timeOf(1), until: now, why: '' } };
      await expect(holding()).rejects.toMatchObject(lapsed);
      const { glass: _, ...without } = withGlass(now);
      worker.incident = without;
      await expect(holding()).rejects.toMatchObject(lapsed);
    });

    it('do not ask for it if Autopilot approved the request too', async () => {
      worker.incident = { ...withGlass(now - 1), pinned: ['resumed'] };
      worker.incident = continued(worker.incident, byAutopilot);
      await holding();
      expect(worker.namesOfAsked).toContain('autopilot');
    });
  });
});
