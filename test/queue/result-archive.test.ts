import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createVault, type Vault } from '../../src/audit/vault.ts';
import { createAuditBucket } from '../../src/aws/s3/audit-bucket.ts';
import { approve } from '../../src/incidents/approve.ts';
import { attemptKeyOf } from '../../src/ports/calls.ts';
import { createArchiveWatch } from '../../src/queue/archive-results.ts';
import { createIdSet } from '../../src/redis/id-set.ts';
import { type RegionUnderTest, silent, startRegionUnderTest } from '../aws/a-region.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { copy, type LaunchingIncident, proposedLaunch } from './a-launch.ts';

const minute = 60_000;

/** The vault is the real adapter on the S3 of the stand-in Region. */
describe('the result of a change that is done', () => {
  let redis: TestRedis;
  let region: RegionUnderTest;
  let launch: LaunchingIncident;
  let vault: Vault;
  let delivered: string[];
  let bucketNumber = 0;

  beforeAll(async () => {
    redis = await startRedis();
    region = await startRegionUnderTest();
  });
  beforeEach(async () => {
    bucketNumber += 1;
    delivered = [];
    vault = createVault(createAuditBucket(region.clients.s3, 'srl-rlvr-audit'));
    launch = await proposedLaunch(redis, { vault }, { incident: `rl-archive-${bucketNumber}` });
    await launch.clicks(approve, 'U0LEAD');
  });
  afterEach(async () => region.calm());
  afterAll(async () => {
    await region.close();
    await redis.close();
  });

  /** From the write of the result on, because the intent is written with the same operation before. */
  async function disturb(kind: 'access-denied' | 'error-5xx'): Promise<undefined> {
    await region.disturb({ service: 's3', operation: 'PutObject', kind, count: 100 });
  }
  const unarchived = () =>
    createIdSet(redis.client, launch.ports.clock, 'unarchived', 366 * 24 * 60 * minute);
  const watch = async (): Promise<void> =>
    createArchiveWatch({
      vault,
      unarchived: unarchived(),
      store: launch.store,
      producer: { deliver: async (incident) => void delivered.push(incident) },
      clock: launch.ports.clock,
      log: silent,
    })();
  async function archived(): Promise<unknown> {
    const { id } = attemptKeyOf({ incident: launch.id, step: 'launched', attempt: 1 });
    const body = await createAuditBucket(region.clients.s3, 'srl-rlvr-audit').get(`results/${id}.json`);
    return body === undefined ? undefined : (JSON.parse(body) as unknown);
  }
  const told = async (): Promise<number> =>
    (await launch.store.journal(launch.id)).filter(({ event }) => event.type === 'result-not-archived')
      .length;

  it('is in the vault at once', async () => {
    await launch.runDue();

    expect(await archived()).toEqual({ job: copy });
    expect(await unarchived().all()).toEqual([]);
  });

  it.each(['access-denied', 'error-5xx'] as const)(
    'never makes the step red while the vault answers %s, and is archived afterward',
    async (kind) => {
      launch.during.afterLaunch = () => disturb(kind);
      await launch.runDue();

      expect(await launch.state()).toMatchObject({ status: 'done' });
      expect(launch.launches()).toBe(1);
      expect(await archived()).toBeUndefined();
      await watch();
      expect(await archived()).toBeUndefined();
      await region.calm();
      await watch();

      expect(await archived()).toEqual({ job: copy });
      expect(await unarchived().all()).toEqual([]);
    },
  );

  it('never makes the step red if the vault holds another result for it', async () => {
    const { id } = attemptKeyOf({ incident: launch.id, step: 'launched', attempt: 1 });
    await vault.writeResult(id, { job: 'another' });

    await launch.runDue();

    expect(await launch.state()).toMatchObject({ status: 'done' });
  });

  it('is missed once in the thread after five minutes, with what to do', async () => {
    launch.during.afterLaunch = () => disturb('access-denied');
    await launch.runDue();

    await watch();
    expect(await told()).toBe(0);
    launch.ports.time.now += 6 * minute;
    await watch();
    await watch();

    expect(await told()).toBe(1);
    expect(delivered).toEqual([launch.id]);
    const { notes } = await launch.store.load(launch.id);
    expect(notes).toMatchObject([{ what: 'not-archived', step: 'launched', to: ['U0LEAD'] }]);
  });

  it('is still expected if the worker dies before it has recorded the step as done', async () => {
    const attempt = { incident: launch.id, step: 'launched', attempt: 1 };
    const member = `${attempt.incident} ${attempt.step} ${attempt.attempt}`;
    launch.during.afterLaunch = async () => {
      await unarchived().add(member);
      await watch();
      expect(await unarchived().all()).toEqual([member]);
      return undefined;
    };

    await launch.runDue();

    expect(await archived()).toEqual({ job: copy });
  });
});
