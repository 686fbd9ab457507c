import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { firstBreak } from '../../../src/audit/chain.ts';
import { OpsError } from '../../../src/errors.ts';
import { createIncidentStore, type IncidentStore } from '../../../src/incidents/journal/store.ts';
import type { IncidentEvent } from '../../../src/incidents/model/events.ts';
import { anOpening } from '../../support/a-journal.ts';
import { chain } from '../../support/proofs.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

describe('the journal in Redis', () => {
  let redis: TestRedis;
  let store: IncidentStore;
  const id = anOpening().incident;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    await redis.client.flushall();
    store = createIncidentStore(redis.client, chain, { now: () => 1_700_000 });
  });

  it('opens one incident when two processes see the same alarm at once', async () => {
    const opened = await Promise.all(Array.from({ length: 20 }, () => store.open([anOpening()])));

    expect(opened.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(await store.journal(id)).toHaveLength(1);
    expect(await store.ids('open')).toEqual([id]);
  });

  it('is consistent for two processes that write alternately from their caches', async () => {
    const other = createIncidentStore(redis.client, chain, { now: () => 1_700_001 });
    await store.open([anOpening()]);
    for (let turn = 0; turn < 10; turn += 1) {
      const alarm = { ...anOpening().alarm, name: `alarm-${turn}` };
      const writer = turn % 2 === 0 ? store : other;
      await writer.transact(id, () => ({ events: [{ type: 'alarm-joined', alarm }], answer: null }));
    }

    const incident = await store.load(id);
    expect(incident.alarms.map(({ name }) => name).slice(1)).toEqual(
      Array.from({ length: 10 }, (_, turn) => `alarm-${turn}`),
    );
    expect(await other.load(id)).toEqual(incident);
    expect(firstBreak(await store.journal(id))).toBeUndefined();
  });

  it('rejects a writer with a different history, even one of the same length', async () => {
    const joined = (name: string): IncidentEvent => ({
      type: 'alarm-joined',
      alarm: { ...anOpening().alarm, name },
    });
    const other = createIncidentStore(redis.client, chain, { now: () => 1_700_001 });
    await store.open([anOpening()]);
    const earlier = await redis.client.lrange(`{relight}:journal:${id}`, 0, -1);
    await store.transact(id, () => ({ events: [joined('lost')], answer: null }));
    await store.load(id);
    // A replica that has not received the last write takes over.
    await redis.client.del(`{relight}:journal:${id}`);
    await redis.client.rpush(`{relight}:journal:${id}`, ...earlier);
    await other.transact(id, () => ({ events: [joined('kept')], answer: null }));

    const { incident } = await store.transact(id, () => ({ events: [joined('next')], answer: null }));

    expect(incident.alarms.map(({ name }) => name).slice(1)).toEqual(['kept', 'next']);
    expect(firstBreak(await store.journal(id))).toBeUndefined();
  });

  it('decides on the current state, not on a cached one', async () => {
    const other = createIncidentStore(redis.client, chain, { now: () => 1_700_001 });
    await store.open([anOpening()]);
    await store.load(id);
    await other.transact(id, () => ({ events: [{ type: 'closed', why: 'over' }], answer: null }));

    const seen = await store.transact(id, ({ closed }) => ({ events: [], answer: closed?.why }));
    expect(seen.answer).toBe('over');
    const act = store.transact(id, () => ({ events: [{ type: 'recovered', how: 'x' }], answer: null }));
    await expect(act).rejects.toMatchObject({ code: 'illegal-move' });
  });

  it('accepts one of fifty simultaneous approvals and tells the others', async () => {
    await store.open([
      anOpening(),
      { type: 'playbook-started', playbook: 'spot-interruption', steps: ['resumed'] },
    ]);
    const proposal = {
      headline: 'Start a copy',
      request: { TrainingJobName: 'copy' },
      differences: [],
      warnings: [],
    };
    await store.transact(id, () => ({
      events: [
        { type: 'step-proposed', step: 'resumed', attempt: 1, proposal, hash: 'h', role: 'lead', needs: 1 },
      ],
      answer: null,
    }));

    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, user) =>
        store.transact(id, (incident) => {
          const state = incident.states['resumed'];
          if (state?.status !== 'proposed' || state.approvals.length > 0)
            return { events: [], answer: 'taken' };
          return {
            events: [
              {
                type: 'step-approved',
                step: 'resumed',
                attempt: 1,
                hash: 'h',
                by: { user: `U${user}`, via: 'button' },
              },
            ],
            answer: 'mine',
          };
        }),
      ),
    );

    expect(answers.filter(({ answer }) => answer === 'mine')).toHaveLength(1);
    expect((await store.journal(id)).filter(({ event }) => event.type === 'step-approved')).toHaveLength(1);
  });

  it('rejects a move that is illegal in the current state of the step', async () => {
    await store.open([
      anOpening(),
      { type: 'playbook-started', playbook: 'spot-interruption', steps: ['diagnosis'] },
    ]);
    await store.transact(id, () => ({
      events: [{ type: 'step-done', step: 'diagnosis', attempt: 1, result: {} }],
      answer: null,
    }));

    const again = store.transact(id, () => ({
      events: [{ type: 'step-done', step: 'diagnosis', attempt: 1, result: {} }],
      answer: null,
    }));

    await expect(again).rejects.toMatchObject({ code: 'illegal-move' });
    expect(await store.journal(id)).toHaveLength(3);
  });

  it('of a closed incident accepts notes but no actions', async () => {
    await store.open([anOpening(), { type: 'closed', why: 'done' }]);

    const note = await store.transact(id, () => ({
      events: [{ type: 'alarm-joined', alarm: anOpening().alarm }],
      answer: 'noted',
    }));
    const act = store.transact(id, () => ({ events: [{ type: 'recovered', how: 'x' }], answer: null }));

    expect(note.answer).toBe('noted');
    await expect(act).rejects.toThrow(OpsError);
    expect(await store.ids('open')).toEqual([]);
  });

  it('detects every edit, removal and reordering of entries', async () => {
    await store.open([
      anOpening(),
      { type: 'playbook-started', playbook: 'spot-interruption', steps: ['diagnosis'] },
    ]);
    for (const note of ['one', 'two', 'three'])
      await store.transact(id, () => ({
        events: [{ type: 'step-progress', step: 'diagnosis', attempt: 1, note }],
        answer: null,
      }));
    const journal = await store.journal(id);

    expect(firstBreak(journal)).toBeUndefined();
    for (const [at, entry] of journal.entries()) {
      expect(firstBreak(journal.with(at, { ...entry, at: entry.at + 1 }))).toBe(at);
      expect(firstBreak(journal.toSpliced(at, 1)), `removal of entry ${at}`).toBe(
        at === journal.length - 1 ? undefined : at,
      );
      if (at > 0)
        expect(firstBreak(journal.toSpliced(at - 1, 2, entry, journal[at - 1] ?? entry))).toBe(at - 1);
    }
  });

  it('reports an unknown incident in one line for any typed id', async () => {
    for (const typed of ['rl-nothere', '', '../../etc', '{relight}:x'])
      await expect(store.load(typed)).rejects.toMatchObject({ code: 'incident-unknown' });
  });
});
