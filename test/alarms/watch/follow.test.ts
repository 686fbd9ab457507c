import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFollowWatch } from '../../../src/alarms/watch/follow.ts';
import { createIncidentStore, type IncidentStore } from '../../../src/incidents/journal/store.ts';
import type { IncidentEvent } from '../../../src/incidents/model/events.ts';
import { createLog } from '../../../src/log.ts';
import type { TrainingJob } from '../../../src/ports/ports.ts';
import { createIdSet } from '../../../src/redis/id-set.ts';
import { testPlan } from '../../bot/a-playbook.ts';
import { anOpening } from '../../support/a-journal.ts';
import { aJob } from '../../support/fake-training.ts';
import { chain } from '../../support/proofs.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

const by = { user: 'U0LEAD', via: 'form' } as const;
const hour = 3_600_000;

describe('a job that a person named as the replacement', () => {
  const { incident: id, job: failed } = anOpening();
  let redis: TestRedis;
  let store: IncidentStore;
  let now: number;
  let found: TrainingJob | undefined;
  let advanced: string[];

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    await redis.client.flushall();
    now = 2_000_000;
    advanced = [];
    store = createIncidentStore(redis.client, chain, { now: () => now });
    await store.open([
      anOpening(),
      { type: 'playbook-started', playbook: testPlan.id, steps: [...testPlan.steps] },
      { type: 'job-took-over', job: 'by-hand', by },
    ]);
  });

  const watch = async (): Promise<void> => {
    const followed = createIdSet(redis.client, { now: () => now }, 'followed', 60 * 24 * hour);
    await followed.add(id);
    await createFollowWatch({
      followed,
      store,
      findJob: async () => found,
      asksAfterwards: () => true,
      planFor: () => testPlan,
      advance: async (incident) => void advanced.push(incident),
      now: () => now,
      log: createLog('silent'),
    })();
  };
  const is = (changes: Partial<TrainingJob>): void => void (found = aJob({ name: 'by-hand', ...changes }));
  const trains = (): void => is({ status: 'InProgress', secondaryStatus: 'Training' });
  const after = async (): Promise<readonly IncidentEvent['type'][]> =>
    (await store.journal(id)).slice(3).map(({ event }) => event.type);

  it('stops the clock once it trains, and not while it starts', async () => {
    is({ status: 'InProgress', secondaryStatus: 'Starting' });
    await watch();
    expect(await after()).toEqual([]);

    trains();
    await watch();
    await watch();

    expect(await after()).toEqual(['recovered']);
    expect((await store.load(id)).recovered).toMatchObject({
      how: `by-hand has taken over from ${failed}`,
      elsewhere: true,
    });
    expect(advanced).toEqual([id]);
  });

  it('that fails reopens the closed incident in its thread, on its clock, with the job as its subject', async () => {
    trains();
    await watch();
    await store.record(id, () => [{ type: 'closed', why: 'training was recovered' }]);
    const { failedAt } = await store.load(id);
    now += hour;
    is({ status: 'Failed', secondaryStatus: 'Failed', failureReason: 'AlgorithmError', endedAt: now });

    await watch();
    await watch();

    expect(await after()).toEqual([
      'recovered',
      'closed',
      'follow-ended',
      'reopened',
      'alarm-joined',
      'playbook-started',
    ]);
    const incident = await store.load(id);
    expect(incident).toMatchObject({ subject: 'by-hand', failedAt, attempts: [{ job: 'by-hand' }] });
    expect(incident.closed).toBeUndefined();
  });

  it('that completes is noted once, also after the incident was closed', async () => {
    trains();
    await watch();
    await store.record(id, () => [{ type: 'closed', why: 'training was recovered' }]);
    now += 48 * hour;
    is({ status: 'Completed', secondaryStatus: 'Completed', endedAt: now });

    await watch();
    await watch();

    expect(await after()).toEqual(['recovered', 'closed', 'follow-ended']);
  });

  it('that fails before it ever trained leaves the incident open, and says so', async () => {
    is({ status: 'Failed', secondaryStatus: 'Failed', endedAt: now });

    await watch();

    expect(await after()).toEqual(['follow-ended']);
    expect((await store.load(id)).recovered).toBeUndefined();
  });

  it('that was deleted is not followed any further', async () => {
    found = undefined;

    await watch();
    await watch();

    expect(await after()).toEqual(['follow-ended']);
  });
});
