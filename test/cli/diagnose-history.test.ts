import { createServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createIncidentStore } from '../../src/incidents/journal/store.ts';
import type { IncidentEvent } from '../../src/incidents/model/events.ts';
import { anOpening } from '../support/a-journal.ts';
import { chain } from '../support/proofs.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { type Ran, runRelight } from '../support/run-relight.ts';
import { aFile, described, rows } from './saved-output.ts';

const minute = 60_000;
const november = Date.UTC(2025, 10, 4, 12);
const FailureReason = 'RuntimeError: the tokenizer has 32000 tokens and the model 32064';
const saved = aFile('seen.json', JSON.stringify(described({ FailureReason })));

const diagnose = async (url: string, ...args: readonly string[]): Promise<Ran> =>
  runRelight(['diagnose', '--describe', saved, ...args], url === '' ? {} : { REDIS_URL: url });

const Row = z.object({ fingerprint: z.string(), seenBefore: z.unknown().optional() });
const rowOf = (ran: Ran): z.infer<typeof Row> => Row.parse(rows(ran)[0]);

describe('relight diagnose with REDIS_URL', () => {
  let redis: TestRedis;
  let fingerprint: string;

  beforeAll(async () => {
    redis = await startRedis();
    ({ fingerprint } = rowOf(await diagnose('', '--json')));
  });
  afterAll(async () => redis.close());
  beforeEach(async () => void (await redis.client.flushall()));

  /** An incident whose diagnosis has the fingerprint of the saved job. */
  async function anIncident(id: string, job: string, at: number, ...after: IncidentEvent[]): Promise<void> {
    const store = createIncidentStore(redis.client, chain, { now: () => at + 20 * minute });
    const alarm = { ...anOpening().alarm, at };
    await store.open([anOpening({ incident: id, job, alarm })]);
    const result = { fingerprint, strategy: 'none' };
    const events: IncidentEvent[] = [
      { type: 'playbook-started', playbook: 'spot-interruption', steps: ['diagnosis'] },
      { type: 'step-done', step: 'diagnosis', attempt: 1, result },
    ];
    await store.transact(id, () => ({ events: [...events, ...after], answer: null }));
  }

  it('names the earlier incidents, and how the last one ended', async () => {
    await anIncident('rl-aaaa1111', 'silver-1', november);
    await anIncident('rl-bbbb2222', 'silver-2', november + 1_440 * minute, {
      type: 'outcome-told',
      says: 'We gave up',
    });

    const inWords = await diagnose(redis.url);
    const forScripts = await diagnose(redis.url, '--json');

    expect(inWords).toMatchObject({ code: 0, err: '' });
    expect(inWords.out).toMatch(
      /^ {2}Seen 2 times since November 4, 2025, last in rl-bbbb2222; not recovered: closed by hand after 20 min$/m,
    );
    expect(rowOf(forScripts)).toEqual({
      fingerprint,
      seenBefore: {
        count: 2,
        more: false,
        since: '2025-11-04T12:00:00.000Z',
        last: { incident: 'rl-bbbb2222', job: 'silver-2', outcome: 'by-person', minutes: 20 },
      },
    });
  });

  it('does not count the incident of the job itself', async () => {
    await anIncident('rl-aaaa1111', 'gold-1', november);

    expect(rowOf(await diagnose(redis.url, '--json')).seenBefore).toBeUndefined();
    expect((await diagnose(redis.url)).out).not.toContain('Seen');
  });

  it('diagnoses as without Redis if nothing listens there, and says so once for many jobs', async () => {
    const jobs = ['a', 'b', 'c'].map((TrainingJobName) => described({ TrainingJobName, FailureReason }));
    const many = aFile('many.jsonl', jobs.map((job) => JSON.stringify(job)).join('\n'));
    const url = 'redis://:hunter2hunter2@127.0.0.1:1';
    const args = ['diagnose', '--describe', many, '--json'];

    const [ran, without] = [await runRelight(args, { REDIS_URL: url }), await runRelight(args)];

    expect(ran).toMatchObject({ code: 0, out: without.out });
    expect(ran.err.trim().split('\n')).toEqual([
      expect.stringContaining('earlier incidents were not looked up'),
    ]);
    expect(ran.err).not.toContain('hunter2');
  });

  it('does not wait for a Redis that accepts the connection and never answers', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = z.object({ port: z.number() }).parse(silent.address());

    const began = performance.now();
    const ran = await diagnose(`redis://127.0.0.1:${port}`, '--json');
    const took = performance.now() - began;
    silent.close();

    expect(ran).toMatchObject({ code: 0, err: expect.stringContaining('no answer within 2 seconds') });
    expect(rowOf(ran)).toEqual({ fingerprint });
    expect(took).toBeLessThan(15_000);
  });

  it.each([
    ['a URL that is not one', 'nonsense'],
    ['the URL of something else', 'http://127.0.0.1:1'],
    ['an invalid port', 'redis://127.0.0.1:99999'],
  ])('diagnoses as without Redis with %s', async (_, url) => {
    const ran = await diagnose(url, '--json');

    expect(ran.code).toBe(0);
    expect(rowOf(ran)).toEqual({ fingerprint });
  });

  it('diagnoses as without Redis if the journal of an earlier incident cannot be read', async () => {
    await anIncident('rl-aaaa1111', 'silver-1', november);
    await redis.client.lset('{relight}:journal:rl-aaaa1111', 0, '{"half": ');

    const ran = await diagnose(redis.url, '--json');

    expect(ran).toMatchObject({ code: 0, err: expect.stringContaining('were not looked up') });
    expect(rowOf(ran)).toEqual({ fingerprint });
  });
});
