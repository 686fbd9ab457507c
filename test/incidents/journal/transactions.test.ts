import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OpsError } from '../../../src/errors.ts';
import { lengthsKey } from '../../../src/incidents/journal/journal-lengths.ts';
import { createIncidentStore, type IncidentStore } from '../../../src/incidents/journal/store.ts';
import { isGone } from '../../../src/incidents/journal/transactions.ts';
import type { IncidentEvent } from '../../../src/incidents/model/events.ts';
import { anOpening } from '../../support/a-journal.ts';
import { chain } from '../../support/proofs.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

const prefix = '{relight}:';

describe('a write to a journal', () => {
  let redis: TestRedis;
  let store: IncidentStore;
  let now: number;
  const id = anOpening().incident;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    await redis.client.flushall();
    now = 1_700_000;
    store = createIncidentStore(redis.client, chain, { now: () => now });
    await store.open([anOpening()]);
  });

  const record = async (...events: readonly IncidentEvent[]): Promise<void> =>
    void (await store.transact(id, () => ({ events, answer: null })));
  const lines = async (): Promise<readonly string[]> => redis.client.lrange(`${prefix}journal:${id}`, 0, -1);
  const progress: IncidentEvent = { type: 'linked', incident: 'rl-2', link: 'https://slack.example/1' };

  it('adds each entry as one line, with its number, its time and the hash of the line before', async () => {
    now = 1_800_000;
    await record(progress, progress);
    const stored = (await lines()).map(
      (line) => JSON.parse(line) as { seq: number; at: number; prev: string; hash: string },
    );

    expect(stored.map(({ seq, at }) => [seq, at])).toEqual([
      [0, 1_700_000],
      [1, 1_800_000],
      [2, 1_800_000],
    ]);
    expect(stored.map(({ prev }) => prev)).toEqual([chain.genesis, stored[0]?.hash, stored[1]?.hash]);
  });

  it('keeps the lists of incidents, their lengths, and what has grown', async () => {
    const score = async (list: string): Promise<string | null> => redis.client.zscore(`${prefix}${list}`, id);
    now = 1_800_000;
    await record({ type: 'recovered', how: 'it trains' });
    expect(await redis.client.hgetall(lengthsKey)).toEqual({ [id]: '2' });
    expect([await score('incidents'), await score('incidents:open'), await score('journals:grown')]).toEqual([
      '1700000',
      '1700000',
      '1700000',
    ]);
    expect(await redis.client.get(`${prefix}journals:growth`)).toBe('2');

    await record({ type: 'closed', why: 'done' });
    expect([await score('incidents'), await score('incidents:open')]).toEqual(['1700000', null]);
    expect(await redis.client.hgetall(lengthsKey)).toEqual({});

    await record({ type: 'reopened', job: 'job-2', why: 'again', at: 1 });
    expect(await score('incidents:open')).toBe('1800000');
    expect(await redis.client.get(`${prefix}journals:growth`)).toBe('4');
  });

  it('counts the last of a close and a reopening in one write', async () => {
    const [closed, reopened] = [
      { type: 'closed', why: 'done' },
      { type: 'reopened', job: 'job-2', why: 'again', at: 1 },
    ] as const;
    await record({ type: 'recovered', how: 'it trains' }, closed, reopened, progress);
    expect(await store.ids('open')).toEqual([id]);

    await record({ type: 'recovered', how: 'it trains' }, closed);
    expect(await store.ids('open')).toEqual([]);
    await record(reopened, progress);
    expect(await store.ids('open')).toEqual([id]);
  });

  it('has one winner, and the others decide again on what it wrote', async () => {
    const seen: number[] = [];
    await Promise.all(
      Array.from({ length: 5 }, async () =>
        store.transact(id, ({ seq }) => {
          seen.push(seq);
          return { events: [progress], answer: null };
        }),
      ),
    );

    expect((await lines()).length).toBe(6);
    expect(new Set(seen)).toEqual(new Set([1, 2, 3, 4, 5]));
  });

  it('gives up after it has lost 50 races', async () => {
    const other = createIncidentStore(redis.client, chain, { now: () => now });
    let tries = 0;
    const decide = () => {
      tries += 1;
      return { events: [progress], answer: null };
    };
    const racing = redis.client.duplicate();
    racing.eval = (async () => 0) as never;
    const slow = createIncidentStore(racing, chain, { now: () => now });

    await expect(slow.transact(id, decide)).rejects.toMatchObject({ code: 'journal-busy', detail: id });
    expect(tries).toBeGreaterThanOrEqual(50);
    expect(tries).toBeLessThanOrEqual(52);
    racing.disconnect();
    expect((await other.journal(id)).length).toBe(1);
  });

  it('that records nothing leaves the journal alone and returns the answer', async () => {
    const { answer, incident } = await store.transact(id, () => ({ events: [], answer: 'nothing' }));

    expect([answer, incident.seq]).toEqual(['nothing', 1]);
    expect(await redis.client.get(`${prefix}journals:growth`)).toBe('1');
    expect(await lines()).toHaveLength(1);
  });

  it('that is not legal throws, and leaves the journal alone', async () => {
    await record({ type: 'closed', why: 'done' });

    await expect(record({ type: 'taken', by: { user: 'U0LEAD', via: 'button' } })).rejects.toMatchObject({
      code: 'illegal-move',
    });
    expect(await lines()).toHaveLength(2);
  });

  it.each(['rl-unheard-of', 'RL', 'a b', '', 'x'.repeat(41), '../x'])(
    'to %j is refused: it is no incident',
    async (unknown) => {
      await expect(store.transact(unknown, () => ({ events: [], answer: null }))).rejects.toMatchObject({
        code: 'incident-unknown',
        detail: unknown,
      });
    },
  );

  it('tells whether an incident is gone by the error', () => {
    expect(isGone(new OpsError('incident-unknown', 'x'))).toBe(true);
    expect(isGone(new OpsError('incident-archived', 'x'))).toBe(true);
    expect(isGone(new OpsError('journal-busy', 'x'))).toBe(false);
    expect(isGone(new Error('incident-unknown'))).toBe(false);
  });
});
