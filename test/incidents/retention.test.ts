import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFigureCache } from '../../src/incidents/figures/figure-cache.ts';
import { readFigures } from '../../src/incidents/figures/read-figures.ts';
import { openIncident } from '../../src/incidents/intake/incident-ids.ts';
import { createIntake } from '../../src/incidents/intake/intake.ts';
import type { IncidentEvent } from '../../src/incidents/model/events.ts';
import { seenBefore } from '../../src/incidents/record/find-alike.ts';
import { createRetention } from '../../src/incidents/retention/retention.ts';
import { createIncidentKeys } from '../../src/redis/retention/incident-keys.ts';
import { testCatalog, testPlan } from '../bot/a-playbook.ts';
import { anOpening } from '../support/a-journal.ts';
import { createTestCore } from '../support/core.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

const day = 24 * 3_600_000;
const fingerprint = 'abcdef0123456789';
const job = 'srl-rlvr-gold-20251104';

describe('an incident that ended 31 days ago', () => {
  let redis: TestRedis;
  let now: number;
  let archived: boolean;

  beforeEach(async () => {
    redis = await startRedis();
    now = Date.parse('2026-10-01T12:00:00Z');
    archived = true;
  });
  afterEach(async () => redis.close());

  const clock = { now: () => now };
  const core = () => createTestCore(redis.client, { clock, catalog: testCatalog });
  const retire = async (): Promise<void> =>
    createRetention({
      store: core().store,
      catalog: testCatalog,
      archived: async () => archived,
      retentionDays: 30,
      removeRest: createIncidentKeys(redis.client).remove,
      now: clock.now,
      failed: (_, error) => {
        throw error;
      },
    })();
  const by = { user: 'U0LEAD', via: 'button' } as const;
  const recovery: readonly IncidentEvent[] = [
    { type: 'playbook-started', playbook: testPlan.id, steps: [...testPlan.steps] },
    { type: 'taken', by },
    {
      type: 'step-done',
      step: 'found',
      attempt: 1,
      result: { checkpoint: 'checkpoint-400', fingerprint, strategy: 'resume_from_checkpoint' },
    },
    { type: 'recovered', how: 'training was restored' },
    { type: 'closed', why: 'training was recovered' },
  ];
  /** The id that every process computes for the first incident of the job. */
  async function opened(...events: readonly IncidentEvent[]): Promise<string> {
    const { store } = core();
    const intake = createIntake({
      store,
      region: 'us-east-1',
      tierOf: () => ({ name: 'gold', rtoMinutes: 60, rpoMinutes: 30 }),
      incidentOf: async () => undefined,
      holds: { over: async () => undefined, keep: async () => undefined },
    });
    const { incident } = await intake({
      job,
      kind: 'spot_interruption',
      alarm: { ...anOpening().alarm, at: now },
      plan: undefined,
    });
    await store.record(incident.id, () => events);
    return incident.id;
  }
  const figures = async () =>
    readFigures({ store: core().store, catalog: testCatalog, clock, priceOf: () => undefined });

  it('leaves Redis with every key, and its figures, its fingerprint and its id stay', async () => {
    const id = await opened(...recovery);
    const { launches, followed, paged } = core();
    await launches.note('copy-of-it', id);
    await Promise.all([followed.add(id), paged.add(id)]);
    await redis.client.hset(`{relight}:outbox:${id}`, 'card', '{}');
    await redis.client.hset(`{relight}:outbox-shown`, id, '5-abc');
    const before = await figures();

    now += 31 * day;
    await retire();

    const left: string[] = [];
    for (const key of await redis.client.keys('*')) {
      if (key.includes(id)) left.push(key);
      const type = await redis.client.type(key);
      const members =
        type === 'zset'
          ? await redis.client.zrange(key, '0', '-1')
          : type === 'hash'
            ? Object.entries(await redis.client.hgetall(key)).flat()
            : [];
      if (members.includes(id)) left.push(key);
    }
    // The tombstone, and the index of fingerprints that leads to it.
    expect(left.toSorted()).toEqual([
      `{relight}:incidents:alike:${fingerprint}`,
      '{relight}:incidents:archived',
    ]);
    expect((await redis.client.hget('{relight}:incidents:archived', id))?.length).toBeLessThan(2_000);
    expect(await figures()).toEqual(before);
    const cached = createFigureCache({
      store: core().store,
      catalog: testCatalog,
      clock,
      priceOf: () => undefined,
    });
    expect(await cached.report()).toEqual(before);
    const seen = await seenBefore(
      {
        store: core().store,
        catalog: testCatalog,
        incidentOf: async () => undefined,
        linkTo: async () => undefined,
      },
      { fingerprint, job: 'another-job' },
      now,
    );
    expect(seen).toMatchObject({ times: 1, last: { incident: id, job, end: 'recovered' } });
    await expect(core().store.load(id)).rejects.toMatchObject({ code: 'incident-archived' });
  });

  it('does not come back: a new failure of the job opens another incident, and old news opens none', async () => {
    const id = await opened(...recovery);
    now += 31 * day;
    await retire();

    const again = await opened();
    expect(again).not.toBe(id);
    expect(await openIncident({ store: core().store, region: 'us-east-1' }, job)).toBe(again);
    now -= 32 * day;
    await core().store.record(again, () => [{ type: 'closed', why: 'over' }]);
    await expect(opened()).rejects.toMatchObject({ code: 'incident-archived' });
  });

  it.each([
    ['it is not in the archive yet', false, 31, recovery],
    ['it ended less than 30 days ago', true, 29, recovery],
    ['it has not ended', true, 400, recovery.slice(0, 2)],
  ])('stays if %s', async (_, isArchived, days, events) => {
    archived = isArchived;
    const id = await opened(...events);
    now += days * day;
    await retire();

    expect((await core().store.load(id)).id).toBe(id);
  });

  it('leaves the memory of a process that has read it, and an open one stays there', async () => {
    const id = await opened(...recovery);
    const { store } = core();
    await store.load(id);
    now += 31 * day;
    await retire();
    const open = await opened();
    await store.load(open);

    await store.forgetRemoved();

    expect(store.known()).toEqual([open]);
  });

  it('is forgotten after 400 days, tombstone and fingerprint included', async () => {
    await opened(...recovery);
    now += 401 * day;
    await retire();

    expect(await redis.client.hlen('{relight}:incidents:archived')).toBe(0);
    expect(await redis.client.keys('{relight}:incidents:alike:*')).toEqual([]);
  });
});
