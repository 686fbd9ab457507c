import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { firstBreak } from '../../../src/audit/chain.ts';
import { createTakeReminders } from '../../../src/incidents/charge/take-reminder.ts';
import { readFigures } from '../../../src/incidents/figures/read-figures.ts';
import { loadOpen, loadReadable } from '../../../src/incidents/journal/readable.ts';
import { createIncidentStore, type IncidentStore } from '../../../src/incidents/journal/store.ts';
import { testCatalog } from '../../bot/a-playbook.ts';
import { anOpening } from '../../support/a-journal.ts';
import { chain } from '../../support/proofs.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

describe('a journal with an entry', () => {
  let redis: TestRedis;
  const id = 'rl-test1234';
  const journal = `{relight}:journal:${id}`;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => void (await redis.client.flushall()));

  /** As in a process that has just started: nothing is cached. */
  const openStore = (now = Date.now): IncidentStore => createIncidentStore(redis.client, chain, { now });
  const stored = async (): Promise<
    { seq: number; at: number; event: unknown; prev: string; hash: string }[]
  > => (await redis.client.lrange(journal, 0, -1)).map((line) => JSON.parse(line));

  it('that a newer version recorded is kept, and the incident goes on after it', async () => {
    await openStore().open([anOpening()]);
    const [first] = await stored();
    if (first === undefined) throw new Error('nothing is stored');
    const event = { type: 'moved-to-another-region', to: 'eu-west-1' };
    const newer = chain.seal({ seq: 1, at: first.at, event, prev: first.hash }, id);
    await redis.client.rpush(journal, JSON.stringify(newer));

    const before = await openStore().load(id);
    await openStore().record(id, () => [{ type: 'taken', by: { user: 'U0LEAD', via: 'button' } }]);

    expect(before.seq).toBe(2);
    expect((await openStore().load(id)).responder?.user).toBe('U0LEAD');
    const lines = await stored();
    expect(lines.map((line) => line.event)).toEqual([
      expect.objectContaining({ type: 'opened' }),
      event,
      expect.objectContaining({ type: 'taken' }),
    ]);
    expect(firstBreak(lines)).toBeUndefined();
  });

  it.each([
    ['is not JSON', '{"seq":1,'],
    ['lacks a field of an event that this version knows', '{"type":"paused"}'],
    [
      'is not a legal move',
      '{"type":"step-approved","step":"x","attempt":1,"hash":"h","by":{"user":"U","via":"button"}}',
    ],
  ])('that %s is named, and other incidents are loaded', async (_, broken) => {
    const other = 'rl-other234';
    await openStore().open([anOpening()]);
    await openStore().open([anOpening({ incident: other, job: 'srl-rlvr-gold-2' })]);
    const [first] = await stored();
    const line = broken.startsWith('{"type"')
      ? JSON.stringify(chain.seal({ seq: 1, at: 0, event: JSON.parse(broken), prev: first?.hash ?? '' }, id))
      : broken;
    await redis.client.rpush(journal, line);

    await expect(openStore().load(id)).rejects.toMatchObject({
      code: 'journal-unreadable',
      detail: expect.stringContaining(id),
    });
    expect((await loadOpen(openStore())).map((one) => one.id)).toEqual([other]);
    expect(await loadReadable(openStore(), [id, other])).toMatchObject({ unreadable: [id] });
  });

  it('that cannot be read keeps neither the calls nor the figures of other incidents back', async () => {
    const opened = Date.now();
    const other = 'rl-other234';
    await openStore().open([anOpening()]);
    await openStore().open([anOpening({ incident: other, job: 'srl-rlvr-gold-2' })]);
    await redis.client.rpush(journal, 'not JSON');
    const failed: string[] = [];
    const now = (): number => opened + 10 * 60_000;

    await createTakeReminders({
      store: openStore(now),
      minutesOf: () => 5,
      callFor: () => ({ users: ['U0LEAD'], groups: [] }),
      advance: async () => undefined,
      now,
      failed: (incident) => void failed.push(incident),
    })();
    const figures = await readFigures({
      store: openStore(),
      catalog: testCatalog,
      clock: { now },
      priceOf: () => undefined,
    });

    expect(failed).toEqual([id]);
    expect((await openStore().journal(other)).map(({ event }) => event.type)).toContain('take-reminded');
    expect(figures.months).toHaveLength(1);
  });
});
