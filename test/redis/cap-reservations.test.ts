import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Reservation } from '../../src/ports/ports.ts';
import { createReservations } from '../../src/redis/cap-reservations.ts';
import { priceTable } from '../../src/relaunch/prices/price-table.ts';
import { type CapDeps, createSharedCaps } from '../../src/relaunch/prices/shared-caps.ts';
import { aJob, fakePorts } from '../support/fake-ports.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

const hour = 3_600_000;

describe('the caps that count all launches together', () => {
  let redis: TestRedis;
  let ports: ReturnType<typeof fakePorts>;
  const over = new Set<string>();

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    await redis.client.flushall();
    ports = fakePorts();
    over.clear();
  });

  /** One hour on one machine costs USD 10. */
  const request = (job: string) => ({
    TrainingJobName: job,
    ResourceConfig: { InstanceType: 'ml.test.large', InstanceCount: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 3_600 },
  });
  const capsWith = (limits: { concurrentJobs?: number; spendPerDayUsd?: number }) =>
    createSharedCaps({
      caps: { ...ports.caps, ...limits },
      prices: priceTable('us-east-1', { 'ml.test.large': 10 }),
      reservations: createReservations(redis.client),
      training: ports.training,
      isOver: async ({ incident }) => over.has(incident),
      clock: ports.clock,
    } satisfies CapDeps);
  const reserve = async (caps: ReturnType<typeof capsWith>, n: number): Promise<void> =>
    caps.reserve(
      { id: `id-${n}`, incident: `i-${n}`, step: 'resumed', attempt: 1, earlier: [] },
      request(`job-${n}`),
    );
  const refusals = async (caps: ReturnType<typeof capsWith>, count: number): Promise<readonly string[]> => {
    const all = await Promise.allSettled(Array.from({ length: count }, (_, n) => reserve(caps, n)));
    return all.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
  };

  it('are not passed by launches that race, and the refusal names what holds the cap', async () => {
    const caps = capsWith({ concurrentJobs: 2 });
    const refused = await refusals(caps, 20);
    expect(refused).toHaveLength(18);
    expect(refused[0]).toMatch(
      /caps.concurrent_jobs allows 2 jobs, and 2 of them run: job-\d+ \(i-\d+, \$10.00\), job-\d+ \(i-\d+, \$10.00\)/,
    );
  });

  it('never add up to more money than allowed, whichever launches win', async () => {
    const refused = await refusals(capsWith({ spendPerDayUsd: 55 }), 20);
    expect(refused).toHaveLength(15);
    expect(refused[0]).toContain(
      'caps.spend_per_day_usd allows $55.00 in 24 hours; this launch may cost $10.00, and $50.00 are counted already',
    );
  });

  it('count a launch once, however often it is tried', async () => {
    const caps = capsWith({ concurrentJobs: 1 });
    await Promise.all(Array.from({ length: 10 }, async () => reserve(caps, 1)));
    expect((await caps.use()).running).toHaveLength(1);
  });

  it('have room again once a job has ended, while its money counts for 24 hours', async () => {
    const caps = capsWith({ concurrentJobs: 1, spendPerDayUsd: 15 });
    await reserve(caps, 1);
    ports.training.put(aJob({ name: 'job-1', status: 'InProgress' }));
    await expect(reserve(caps, 2)).rejects.toThrow('concurrent_jobs');

    ports.training.put(aJob({ name: 'job-1', status: 'Completed' }));
    await expect(reserve(caps, 2)).rejects.toThrow('spend_per_day_usd');
    ports.time.now += 24 * hour;
    await reserve(caps, 2);
    expect((await caps.use()).running.map(({ job }) => job)).toEqual(['job-2']);
  });

  it('keep the place of a launch that AWS does not know yet, until its attempt is over', async () => {
    const caps = capsWith({ concurrentJobs: 1 });
    await reserve(caps, 1);
    over.add('i-1');
    await expect(reserve(caps, 2)).rejects.toThrow('concurrent_jobs');
    ports.time.now += 2 * 60_000;
    await reserve(caps, 2);
    const left: readonly Reservation[] = (await caps.use()).spending;
    expect(left.map(({ id }) => id)).toEqual(['id-2']);
  });
});
