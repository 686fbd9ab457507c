import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createIncidentStore, type IncidentStore } from '../../../src/incidents/journal/store.ts';
import { tombstonesKey } from '../../../src/incidents/journal/tombstones.ts';
import type { Sent, WriteLimit } from '../../../src/incidents/journal/write-limit.ts';
import type { IncidentEvent } from '../../../src/incidents/model/events.ts';
import { anOpening } from '../../support/a-journal.ts';
import { chain } from '../../support/proofs.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

const event: IncidentEvent = { type: 'linked', incident: 'rl-2', link: 'https://slack.example/1' };
const id = anOpening().incident;

describe('a write that must not happen late', () => {
  let redis: TestRedis;
  let client: Redis;
  let store: IncidentStore;
  let told: Sent[];
  let tries: number;
  /** What the script answers instead, after it has run or without running. */
  let answers: ('lost' | 'not-run' | undefined)[];

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    await redis.client.flushall();
    [told, tries, answers] = [[], 0, []];
    client = redis.client.duplicate();
    const evaluate = client.eval.bind(client) as (...args: unknown[]) => Promise<unknown>;
    client.eval = (async (...args: unknown[]) => {
      const answer = answers.shift();
      if (answer === 'not-run') return 0;
      const result = await evaluate(...args);
      return answer === 'lost' ? 0 : result;
    }) as never;
    store = createIncidentStore(client, chain, { now: () => 1_700_000 });
    await store.open([anOpening()]);
  });
  afterEach(() => client.disconnect());

  const limit = (msLeft = 10_000): WriteLimit => ({
    msLeft: () => msLeft,
    sending: (sent) => void told.push(sent),
  });
  const write = async (one: WriteLimit | undefined, events: readonly IncidentEvent[] = [event]) =>
    store.transact(
      id,
      () => {
        tries += 1;
        return { events, answer: tries };
      },
      one,
    );

  it('tells before each try which entry it sends, and until when Redis may take it', async () => {
    const before = Date.now();
    await write(limit(), [event, event]);
    const [, , last] = await store.journal(id);

    expect(told).toHaveLength(1);
    expect(told[0]?.entry).toMatchObject({ seq: 2, hash: last?.hash });
    expect(told[0]?.deadline).toBeGreaterThanOrEqual(before + 9_000);
    expect(told[0]?.deadline).toBeLessThanOrEqual(Date.now() + 10_001);
  });

  it('is made once if only the answer of Redis was lost, and keeps the answer of that try', async () => {
    answers = ['lost'];
    const { answer, incident } = await write(limit());

    expect([answer, incident.seq, tries]).toEqual([1, 2, 1]);
    expect(await store.journal(id)).toHaveLength(2);
  });

  it('is decided again if another writer was faster, or nothing was written', async () => {
    answers = ['not-run'];

    expect((await write(limit())).answer).toBe(2);
    expect(await store.journal(id)).toHaveLength(2);
    expect(told).toHaveLength(2);
  });

  it('without a limit is decided again if the answer was lost', async () => {
    answers = ['lost'];

    expect((await write(undefined)).answer).toBe(2);
    expect(await store.journal(id)).toHaveLength(3);
  });

  it('is refused by Redis after the deadline, and not tried again', async () => {
    await expect(write(limit(0.001))).rejects.toMatchObject({ code: 'too-late', detail: id });
    expect(tries).toBe(1);
    await expect(write(limit(0))).rejects.toMatchObject({ code: 'too-late' });
    expect(await store.journal(id)).toHaveLength(1);
    expect(await store.wasWritten(id, { entry: { seq: 1, hash: 'any' }, deadline: 1 })).toBe(false);
  });

  it('that records nothing sends nothing', async () => {
    expect((await write(limit(), [])).answer).toBe(1);
    expect(told).toEqual([]);
  });
});

describe('an incident that Redis does not have', () => {
  let redis: TestRedis;
  let store: IncidentStore;

  beforeAll(async () => {
    redis = await startRedis();
    store = createIncidentStore(redis.client, chain, { now: () => 1 });
  });
  afterAll(async () => redis.close());

  it.each(['RL', 'a b', '', 'x'.repeat(41), '../x', 'x\n', 'A-x'])(
    'is not looked for under %j, which is no id',
    async (unknown) => {
      const offline = {
        lrange: async () => {
          throw new Error('Redis was asked');
        },
      } as unknown as Redis;
      const detached = createIncidentStore(offline, chain, { now: () => 1 });

      await expect(detached.load(unknown)).rejects.toMatchObject({
        code: 'incident-unknown',
        detail: unknown,
      });
      await expect(detached.load('x'.repeat(40))).rejects.toThrow('Redis was asked');
    },
  );

  it('is known to be archived by what it left', async () => {
    const left = {
      id: 'rl-old',
      job: 'job-1',
      jobs: ['job-1'],
      tier: 'gold',
      kind: 'oom_gpu',
      openedAt: 1,
      failedAt: 1,
      endedAt: 2,
      end: 'recovered',
      entries: 3,
      counted: {},
    };
    await redis.client.hset(tombstonesKey, 'rl-old', JSON.stringify(left));

    await expect(store.load('rl-old')).rejects.toMatchObject({
      code: 'incident-archived',
      detail: 'rl-old (job-1), recovered',
    });
    await expect(store.load('rl-new')).rejects.toMatchObject({ code: 'incident-unknown' });
    expect(await store.amend('rl-old', () => ({ events: [], answer: null }))).toBeUndefined();
  });
});

describe('the index of incidents alike', () => {
  let redis: TestRedis;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());

  const fingerprint = '0123456789abcdef';
  async function diagnosed(
    store: IncidentStore,
    incident: string,
    drill?: { playbook: string; faults: []; by: string },
  ): Promise<void> {
    await store.open([
      anOpening({ incident, ...(drill !== undefined && { drill }) }),
      { type: 'playbook-started', playbook: 'p', steps: ['diagnosis'] },
      { type: 'step-done', step: 'diagnosis', attempt: 1, result: { fingerprint, strategy: 'resume' } },
    ]);
  }

  it('has the newest 100 incidents, and no drill', async () => {
    let now = 0;
    const store = createIncidentStore(redis.client, chain, { now: () => (now += 1) });
    await diagnosed(store, 'drill-1', { playbook: 'p', faults: [], by: 'U0LEAD' });
    expect(await store.alike(fingerprint)).toEqual([]);

    const ids = Array.from({ length: 102 }, (_, number) => `rl-${number}`);
    for (const one of ids) await diagnosed(store, one);
    expect(await store.alike(fingerprint)).toEqual(ids.slice(2));
  });
});
