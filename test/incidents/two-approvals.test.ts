import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { approve } from '../../src/incidents/approve.ts';
import { type Authorize, type ClickTarget } from '../../src/incidents/click-result.ts';
import { createIncidentStore, type IncidentStore } from '../../src/incidents/journal/store.ts';
import type { Actor, IncidentEvent } from '../../src/incidents/model/events.ts';
import { anOpening } from '../support/a-journal.ts';
import { chain } from '../support/proofs.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

describe('a click on Approve in a tier with two approvals', () => {
  let redis: TestRedis;
  let store: IncidentStore;
  let now: number;
  const { incident: id } = anOpening();
  const anyone: Authorize = () => ({ allowed: true });
  const lead = (user: string): Actor => ({ user, via: 'button' });
  const shown: ClickTarget = { step: 'resumed', attempt: 1, hash: 'abcdef01' };

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    await redis.client.flushall();
    now = 2_000_000;
    store = createIncidentStore(redis.client, chain, { now: () => now });
    await store.open([
      anOpening(),
      { type: 'playbook-started', playbook: 'p', steps: ['found', 'resumed', 'document'] },
    ]);
    await happened({ type: 'step-done', step: 'found', attempt: 1, result: {} });
  });

  async function happened(...events: IncidentEvent[]): Promise<void> {
    for (const event of events) await store.transact(id, () => ({ events: [event], answer: null }));
  }

  async function proposed(needs: number): Promise<void> {
    const proposal = { headline: 'Launch', request: {}, differences: [], warnings: [] };
    await happened({
      type: 'step-proposed',
      step: 'resumed',
      attempt: 1,
      proposal,
      hash: 'abcdef0123456789',
      role: 'lead',
      needs,
    });
  }

  const click = async (user: string): Promise<unknown> =>
    (
      await store.transact(id, (incident) =>
        approve(incident, { target: shown, by: lead(user), authorize: anyone, now }),
      )
    ).answer;

  const minutesLater = (minutes: number): void => void (now += minutes * 60_000);

  it('drops an approval after 16 minutes, names the approver, and keeps the newer approval', async () => {
    await proposed(2);
    await click('U0LEAD');
    minutesLater(16);

    expect(await click('U0LEAD2')).toEqual({ kind: 'more-needed', missing: 1, role: 'lead' });

    expect((await store.load(id)).states['resumed']).toMatchObject({
      status: 'proposed',
      approvals: [{ by: 'U0LEAD2' }],
      lapsed: 'it was given 16 min ago and is valid for 15 min',
      lapsedOf: ['U0LEAD'],
    });
  });

  it('accepts a new approval from the person whose approval lapsed, and then both count', async () => {
    await proposed(2);
    await click('U0LEAD');
    minutesLater(16);
    await click('U0LEAD2');

    expect(await click('U0LEAD')).toEqual({ kind: 'recorded', what: 'approved' });

    expect((await store.load(id)).states['resumed']).toMatchObject({
      approvals: [{ by: 'U0LEAD2' }, { by: 'U0LEAD' }],
      lapsedOf: [],
    });
  });

  it('counts both approvals until the older one is 15 minutes old', async () => {
    await proposed(2);
    await click('U0LEAD');
    minutesLater(15);

    expect(await click('U0LEAD2')).toEqual({ kind: 'recorded', what: 'approved' });
  });
});
