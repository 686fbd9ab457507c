import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { thread } from '../../../src/bot/views/thread.ts';
import { peopleWith } from '../../../src/config/approval-policy.ts';
import { createApprovalReminders } from '../../../src/incidents/charge/approval-reminder.ts';
import { createIncidentStore, type IncidentStore } from '../../../src/incidents/journal/store.ts';
import type { IncidentEvent } from '../../../src/incidents/model/events.ts';
import { testCatalog, testPlan } from '../../bot/a-playbook.ts';
import { anOpening } from '../../support/a-journal.ts';
import { exampleSettings } from '../../support/core.ts';
import { chain } from '../../support/proofs.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

const minute = 60_000;
const { roles } = exampleSettings();
const step = { step: 'resumed', attempt: 1 } as const;
const hash = 'abcdef0123456789';
const proposal = { headline: 'Launch', request: { TrainingJobName: 'copy' }, differences: [], warnings: [] };

describe('a request that waits for approval', () => {
  const { incident: id } = anOpening();
  let redis: TestRedis;
  let now: number;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    await redis.client.flushall();
    now = 2_000_000;
    await openStore().open([
      anOpening(),
      { type: 'playbook-started', playbook: testPlan.id, steps: [...testPlan.steps] },
      { type: 'step-skipped', step: 'found', reason: 'not needed' },
      { type: 'step-proposed', ...step, proposal, hash, role: 'lead', needs: 2, others: true },
    ]);
  });

  const openStore = (): IncidentStore => createIncidentStore(redis.client, chain, { now: () => now });
  /** As after a restart: nothing is remembered outside Redis. */
  const remind = async (): Promise<void> =>
    createApprovalReminders({
      store: openStore(),
      callFor: (role) => peopleWith(roles, role),
      advance: async () => undefined,
      now: () => now,
      failed: (_, error) => {
        throw error;
      },
    })();
  const happens = async (event: IncidentEvent): Promise<void> =>
    void (await openStore().record(id, () => [event]));
  const reminders = async (): Promise<readonly IncidentEvent[]> =>
    (await openStore().journal(id)).map(({ event }) => event).filter(({ type }) => type === 'step-reminded');
  const shown = async (): Promise<string> => {
    const messages = thread(await openStore().load(id), testCatalog.get, now);
    return messages.find(({ key }) => key.startsWith('charge-'))?.text ?? '';
  };
  const approvedBy = async (user: string): Promise<void> =>
    happens({ type: 'step-approved', ...step, hash, by: { user, via: 'button' } });

  it('is offered once more, with a mention of the approvers, five minutes before the first approval lapses', async () => {
    now += minute;
    await approvedBy('U0LEAD');
    now += 10 * minute - 1;
    await remind();
    expect(await reminders()).toEqual([]);

    for (let passed = 0; passed < 5; passed += 1) {
      now += minute;
      await Promise.all([remind(), remind()]);
    }

    expect(await reminders()).toMatchObject([{ step: 'resumed', call: { groups: ['S0LEADS'] } }]);
    expect(await shown()).toMatch(
      /@S0LEADS: a request still waits .* by a lead\. @U0LEAD’s approval lapses at/,
    );
  });

  it('is also offered once more if nobody has approved it', async () => {
    now += 10 * minute;
    await remind();

    expect(await reminders()).toHaveLength(1);
  });

  it.each([
    ['approved', { type: 'step-approved', ...step, hash, by: { user: 'U0LEAD2', via: 'button' } }],
    ['declined', { type: 'step-declined', ...step, by: { user: 'U0RESP', via: 'button' }, reason: 'no' }],
    ['paused', { type: 'paused', why: 'lunch', by: { user: 'U0RESP', via: 'button' } }],
  ] as const)('is not offered again once it is %s', async (_, event) => {
    await approvedBy('U0LEAD');
    await happens(event);

    now += 11 * minute;
    await remind();

    expect(await reminders()).toEqual([]);
  });
});
