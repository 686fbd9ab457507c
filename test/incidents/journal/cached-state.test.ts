import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { firstBreak } from '../../../src/audit/chain.ts';
import { createIncidentStore, type IncidentStore } from '../../../src/incidents/journal/store.ts';
import type { IncidentEvent } from '../../../src/incidents/model/events.ts';
import { anOpening } from '../../support/a-journal.ts';
import { chain } from '../../support/proofs.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

describe('an alarm recorded on the cached state of an incident', () => {
  let redis: TestRedis;
  let store: IncidentStore;
  let other: IncidentStore;
  const id = anOpening().incident;
  const joined = (name: string): IncidentEvent => ({
    type: 'alarm-joined',
    alarm: { ...anOpening().alarm, name },
  });

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    await redis.client.flushall();
    store = createIncidentStore(redis.client, chain, { now: () => 1_700_000 });
    other = createIncidentStore(redis.client, chain, { now: () => 1_700_001 });
    await store.open([anOpening()]);
  });

  it('is recorded once when two processes receive it at the same time', async () => {
    await other.load(id);
    const names = Array.from({ length: 10 }, (_, n) => `alarm-${n}`);
    await Promise.all(
      [store, other].flatMap((process) =>
        names.map((name) =>
          process.amend(id, ({ alarms }) => ({
            events: alarms.some((one) => one.name === name) ? [] : [joined(name)],
            answer: null,
          })),
        ),
      ),
    );

    const told = (await store.load(id)).alarms.map(({ name }) => name).slice(1);
    expect(told.toSorted()).toEqual(names);
    expect(firstBreak(await store.journal(id))).toBeUndefined();
  });

  it('is decided on the current state if the cached state does not allow it', async () => {
    await other.transact(id, () => ({
      events: [{ type: 'playbook-started', playbook: 'spot-interruption', steps: ['diagnosis'] }],
      answer: null,
    }));
    const done: IncidentEvent = { type: 'step-done', step: 'diagnosis', attempt: 1, result: {} };
    const amended = await store.amend(id, () => ({ events: [done], answer: null }));

    expect(amended?.incident.states['diagnosis']?.status).toBe('done');
    const again = store.amend(id, () => ({ events: [done], answer: null }));
    await expect(again).rejects.toMatchObject({ code: 'illegal-move' });
  });

  it('is recorded even if the cache contains an entry that Redis has lost', async () => {
    await store.amend(id, () => ({ events: [joined('lost')], answer: null }));
    await redis.client.ltrim(`{relight}:journal:${id}`, 0, 0);

    const again = await store.amend(id, ({ alarms }) => ({
      events: alarms.some(({ name }) => name === 'lost') ? [] : [joined('lost')],
      answer: null,
    }));
    expect(again?.incident.alarms).toHaveLength(2);
    expect(await store.journal(id)).toHaveLength(2);
  });

  it('has no effect if there is no incident', async () => {
    expect(await store.amend('rl-unknown', () => ({ events: [], answer: null }))).toBeUndefined();
  });

  it('is written without reading the journal, as long as nobody else has written to it', async () => {
    const client = redis.client.duplicate();
    let reads = 0;
    const lrange = client.lrange.bind(client);
    client.lrange = (async (key: string, first: number, last: number) => {
      reads += 1;
      return lrange(key, first, last);
    }) as never;
    const alone = createIncidentStore(client, chain, { now: () => 1_700_000 });
    await alone.load(id);
    reads = 0;
    for (const name of ['one', 'two', 'three'])
      await alone.amend(id, () => ({ events: [joined(name)], answer: null }));
    client.disconnect();

    expect(reads).toBe(0);
    expect((await store.load(id)).alarms.map(({ name }) => name).slice(1)).toEqual(['one', 'two', 'three']);
  });

  it('is decided again if Redis has another history of the same length', async () => {
    const key = `{relight}:journal:${id}`;
    const earlier = await redis.client.lrange(key, 0, -1);
    await store.amend(id, () => ({ events: [joined('lost')], answer: null }));
    // A replica that has not received the last write takes over, and another process writes to it.
    await redis.client.del(key);
    await redis.client.rpush(key, ...earlier);
    await other.transact(id, () => ({ events: [joined('kept')], answer: null }));

    await store.amend(id, () => ({ events: [joined('next')], answer: null }));

    const journal = await other.journal(id);
    expect(firstBreak(journal)).toBeUndefined();
    expect((await other.load(id)).alarms.map(({ name }) => name).slice(1)).toEqual(['kept', 'next']);
  });
});
