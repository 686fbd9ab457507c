import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createIncidentStore } from '../../src/incidents/journal/store.ts';
import { anOpening } from '../support/a-journal.ts';
import { chain } from '../support/proofs.ts';
import { restoreRecorded } from '../support/recorded.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { goodEnvironment, type Ran, runRelight } from '../support/run-relight.ts';

describe('relight report', () => {
  let redis: TestRedis;
  const run = async (...args: string[]): Promise<Ran> =>
    runRelight(['report', ...args], { ...goodEnvironment, REDIS_URL: redis.url });

  beforeEach(async () => {
    redis = await startRedis();
    await restoreRecorded(redis.client, 'spot-interruption-to-its-postmortem');
  });
  afterEach(async () => redis.close());

  it('counts a recovered incident with its RTO, its tier, its playbook and its GPU-hours', async () => {
    const { code, out } = await run('--json');

    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      total: { incidents: 1, rto: { met: 1, missed: 0 }, usage: { lost: { of: 1, priced: 1 } } },
      tiers: [{ tier: 'gold', incidents: 1 }],
      months: [{ month: '2026-11' }],
      playbooks: [{ playbook: 'spot-interruption', recovered: 1, failed: 0 }],
    });
  });

  it.each([
    ['started by mistake', { type: 'closed', why: 'a typo', outcome: 'mistake' }],
    ['merged into another', { type: 'closed', why: 'same cause', into: 'rl-other' }],
  ] as const)('does not count an incident %s', async (_, closed) => {
    const store = createIncidentStore(redis.client, chain, { now: () => Date.now() });
    await store.open([anOpening()]);
    await store.record('rl-test1234', () => [closed]);

    expect(JSON.parse((await run('--json')).out)).toMatchObject({ total: { incidents: 1 } });
  });

  it('says that a month had no incidents, and refuses what is no month', async () => {
    expect((await run('2020-01')).out).toBe('No incidents in 2020-01.\n');
    expect(await run('yesterday')).toMatchObject({
      code: 2,
      err: expect.stringContaining('such as 2026-11'),
    });
  });
});
