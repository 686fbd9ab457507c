import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { thread } from '../../src/bot/views/thread.ts';
import { createIncidentStore, type IncidentStore } from '../../src/incidents/journal/store.ts';
import type { IncidentEvent } from '../../src/incidents/model/events.ts';
import type { StepJob } from '../../src/queue/jobs.ts';
import { createAdvance } from '../../src/queue/steps/advance.ts';
import { testCatalog, testPlan } from '../bot/a-playbook.ts';
import { anOpening } from '../support/a-journal.ts';
import { chain } from '../support/proofs.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

const call = { users: [], groups: ['S0LEADS'] };
const by = { user: 'U0LEAD', via: 'button' } as const;

describe('an incident whose recoveries do not last', () => {
  const { incident: id, job } = anOpening();
  let redis: TestRedis;
  let store: IncidentStore;
  let queued: Pick<StepJob, 'step' | 'phase'>[];

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    await redis.client.flushall();
    queued = [];
    store = createIncidentStore(redis.client, chain, { now: () => 2_000_000 });
    await store.open([anOpening(), starting()]);
  });

  const starting = (): Extract<IncidentEvent, { type: 'playbook-started' }> => ({
    type: 'playbook-started',
    playbook: testPlan.id,
    steps: [...testPlan.steps],
  });
  const advance = async (): Promise<void> =>
    createAdvance({
      store,
      catalog: testCatalog,
      clock: { now: () => 2_000_000 },
      producer: { deliver: async () => undefined, wake: async () => undefined },
      enqueue: async ({ step, phase }) => void queued.push({ step, phase }),
      budgetOf: () => ({ attempts: 3, call }),
    })(id);
  const happens = async (...events: IncidentEvent[]): Promise<void> => {
    for (const event of events) await store.record(id, () => [event]);
    queued = [];
    await advance();
  };
  const current = async (key: string): Promise<string> => {
    const { pinned } = await store.load(id);
    return pinned.find((step) => step === key || step.startsWith(`${key}-`)) ?? key;
  };
  /** Another failed attempt, and the read step of the next one is done. */
  const failsAgain = async (): Promise<void> => {
    await happens(
      { type: 'recovered', how: `${job} trains` },
      { type: 'reopened', job, why: 'Failed', at: 2_000_000 },
      starting(),
    );
    await happens({
      type: 'step-done',
      step: await current('found'),
      attempt: 1,
      result: { checkpoint: 'checkpoint-400' },
    });
  };
  const spent = async (): Promise<readonly IncidentEvent[]> =>
    (await store.journal(id)).map(({ event }) => event).filter(({ type }) => type === 'attempts-spent');

  it('gets no fourth proposal by itself: people are called, and one of them allows it', async () => {
    await failsAgain();
    await failsAgain();
    expect(queued).toMatchObject([{ phase: 'preview' }]);

    await failsAgain();
    await advance();

    expect(queued).toEqual([]);
    expect(await spent()).toEqual([{ type: 'attempts-spent', attempts: 3, call }]);
    const shown = JSON.stringify(thread(await store.load(id), testCatalog.get, 2_000_000));
    expect(shown).toContain('3 attempts did not last');
    expect(shown).toContain('<!subteam^S0LEADS>');
    expect(shown).toContain('relight_allow_attempt');
    expect(shown).toContain('relight_choose_playbook');

    await happens({ type: 'attempt-allowed', by });
    expect(queued).toMatchObject([{ phase: 'preview' }]);
    expect(await spent()).toHaveLength(1);
  });

  it('that a person reopened or gave another playbook goes on without a further question', async () => {
    await failsAgain();
    await failsAgain();
    await happens(
      { type: 'closed', why: 'given up', outcome: 'given-up', by },
      { type: 'reopened', job, why: 'again', at: 2_000_000, by },
      { ...starting(), by },
    );
    await happens({
      type: 'step-done',
      step: await current('found'),
      attempt: 1,
      result: { checkpoint: 'checkpoint-400' },
    });

    expect(await spent()).toEqual([]);
    expect(queued).toMatchObject([{ phase: 'preview' }]);
  });
});
