import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createIncidentStore, type IncidentStore } from '../../src/incidents/journal/store.ts';
import type { IncidentEvent } from '../../src/incidents/model/events.ts';
import type { Incident } from '../../src/incidents/model/incident.ts';
import { type Catalog, loadCatalog, shippedCatalog } from '../../src/playbooks/catalog.ts';
import type { StepJob } from '../../src/queue/jobs.ts';
import { createAdvance } from '../../src/queue/steps/advance.ts';
import { askForOne } from '../bot/ask-for-a-playbook.ts';
import { anOpening } from '../support/a-journal.ts';
import { manyAttempts } from '../support/no-budget.ts';
import { chain } from '../support/proofs.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

const by = { user: 'U0LEAD', via: 'form' } as const;
const diagnosed = {
  kind: 'unknown',
  strategy: 'none',
  why: 'a person must read the evidence first',
  evidence: [],
  confidence: 'low',
  jobStatus: 'Failed',
  secondaryStatus: 'Failed',
  interruptions: 0,
  inputs: {},
};

describe('another playbook takes over', () => {
  const { incident: id } = anOpening();
  let redis: TestRedis;
  let store: IncidentStore;
  let catalog: Catalog;
  let queued: StepJob[];

  beforeAll(async () => {
    redis = await startRedis();
    const shipped = await loadCatalog([shippedCatalog]);
    catalog = {
      ...shipped,
      list: [...shipped.list, { id: 'ask-for-one', playbook: askForOne }],
      get: (name) => (name === 'ask-for-one' ? askForOne : shipped.get(name)),
    };
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    await redis.client.flushall();
    queued = [];
    store = createIncidentStore(redis.client, chain, { now: () => 2_000_000 });
  });

  async function starts(playbook: string): Promise<void> {
    await store.open([anOpening(), { type: 'playbook-started', playbook, steps: stepsOf(playbook) }]);
  }

  function stepsOf(playbook: string): string[] {
    return catalog.get(playbook)?.steps.map(({ key }) => key) ?? [];
  }

  /** Records the event and advances the incident. */
  async function after(...events: IncidentEvent[]): Promise<Incident> {
    await store.transact(id, () => ({ events, answer: null }));
    await createAdvance({
      budgetOf: manyAttempts,
      store,
      catalog,
      clock: { now: () => 2_000_000 },
      producer: { deliver: async () => undefined, wake: async () => undefined },
      enqueue: async (job) => void queued.push({ ...job, failures: 0 }),
    })(id);
    return store.load(id);
  }

  const chosen = (step: string, answers: Record<string, string>): IncidentEvent => ({
    type: 'step-answered',
    step,
    attempt: 1,
    by,
    answers,
  });

  it('a playbook that has run before starts again from its first step when a person chooses it', async () => {
    await starts('spot-interruption');
    await after({ type: 'step-done', step: 'diagnosis', attempt: 1, result: diagnosed });
    const looking: IncidentEvent[] = ['diagnosis-2', 'metrics-2', 'logs-2'].map((step) => ({
      type: 'step-done',
      step,
      attempt: 1,
      result: {},
    }));
    const incident = await after(...looking, chosen('choice-2', { playbook: 'spot-interruption' }));

    expect(incident).toMatchObject({ playbook: 'spot-interruption', chosen: true });
    expect(incident.pinned[0]).toBe('diagnosis-3');
    expect(queued.at(-1)).toMatchObject({ step: 'diagnosis-3', phase: 'look', attempt: 1 });
  });

  it('a playbook that a person chose keeps running even if the diagnosis disagrees', async () => {
    await starts('spot-interruption');
    await after({
      type: 'playbook-started',
      playbook: 'spot-interruption',
      steps: stepsOf('spot-interruption'),
      chosen: true,
      by,
    });
    const incident = await after({
      type: 'step-done',
      step: 'diagnosis-2',
      attempt: 1,
      result: { ...diagnosed, strategy: 'resume_from_checkpoint' },
    });

    expect(incident.earlier).toHaveLength(1);
    expect(queued.at(-1)).toMatchObject({ step: 'checkpoint-2' });
  });

  it('a playbook that a person chose and that found nothing hands back to the one where people choose', async () => {
    await starts('investigate');
    const looking: IncidentEvent[] = ['diagnosis', 'metrics', 'logs'].map((step) => ({
      type: 'step-done',
      step,
      attempt: 1,
      result: {},
    }));
    await after(...looking, chosen('choice', { playbook: 'invalid-data' }));
    const incident = await after(
      { type: 'step-done', step: 'diagnosis-2', attempt: 1, result: diagnosed },
      { type: 'step-done', step: 'checked-2', attempt: 1, result: { errors: 0 } },
    );

    expect(incident.playbook).toBe('investigate');
    expect(queued.at(-1)).toMatchObject({ step: 'diagnosis-3' });
  });

  it('two playbooks that hand over to each other do not do so forever', async () => {
    await starts('spot-interruption');
    const memory = { ...diagnosed, kind: 'oom_gpu', strategy: 'retry_with_reduced_batch' };
    await after({ type: 'step-done', step: 'diagnosis', attempt: 1, result: memory });
    const spot = { ...diagnosed, kind: 'spot_interruption' };
    const incident = await after({ type: 'step-done', step: 'diagnosis-2', attempt: 1, result: spot });

    expect(incident.earlier.map(({ playbook }) => playbook)).toEqual(['spot-interruption']);
    expect(incident.playbook).toBe('out-of-memory');
  });

  it('a hand-over to a missing playbook fails the next step, which lists the playbooks', async () => {
    await starts('ask-for-one');
    const incident = await after(chosen('choice', { name: 'gone' }));

    expect(incident.states['document']).toMatchObject({
      status: 'failed',
      code: 'playbook-unknown',
      says: expect.stringMatching(/There is no playbook “gone”; the playbooks are .*out-of-memory/),
      next: expect.stringContaining('/relight start PLAYBOOK srl-rlvr-gold-20251104'),
    });
    const again = await after({ type: 'step-retried', step: 'document', attempt: 2, by });
    expect(again.states['document']).toMatchObject({ status: 'failed', attempt: 2 });
  });
});
