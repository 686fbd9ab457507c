import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seal } from '../../src/audit/chain.ts';
import { journalKey } from '../../src/incidents/journal/journal-writer.ts';
import { refusedLinesKey } from '../../src/incidents/journal/set-aside.ts';
import { createIncidentStore } from '../../src/incidents/journal/store.ts';
import { anOpening } from '../support/a-journal.ts';
import { chain } from '../support/proofs.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { goodEnvironment, type Ran, runRelight } from '../support/run-relight.ts';

const id = anOpening().incident;

describe('relight audit repair', () => {
  let redis: TestRedis;
  const openStore = () => createIncidentStore(redis.client, chain, { now: () => Date.now() });
  const repair = async (): Promise<Ran> =>
    runRelight(['audit', 'repair', id], { ...goodEnvironment, REDIS_URL: redis.url });

  beforeEach(async () => {
    redis = await startRedis(['--appendonly', 'yes']);
    await openStore().open([anOpening()]);
  });
  afterEach(async () => redis.close());

  it('sets the lines from the first forged one on aside, keeps them, and the incident can be read again', async () => {
    const [first] = await openStore().journal(id);
    const event = { type: 'closed', why: 'over' } as const;
    const forged = JSON.stringify(seal({ seq: 1, at: 1, event, prev: first?.hash ?? '' }));
    await redis.client.rpush(journalKey(id), forged, 'not JSON');
    await expect(openStore().load(id)).rejects.toMatchObject({ code: 'journal-forged' });

    const { code, out } = await repair();

    expect(code).toBe(0);
    expect(out).toContain(`Set aside 2 lines of the journal of ${id}, from entry 1 on`);
    expect((await openStore().load(id)).closed).toBeUndefined();
    expect(await redis.client.lrange(refusedLinesKey(id), 0, -1)).toEqual([forged, 'not JSON']);
  });

  it('changes nothing in a journal that Relight wrote', async () => {
    const before = await redis.client.lrange(journalKey(id), 0, -1);

    const { code, out } = await repair();

    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('Nothing to repair') });
    expect(await redis.client.lrange(journalKey(id), 0, -1)).toEqual(before);
  });
});
