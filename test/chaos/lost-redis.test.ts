import type { Redis } from 'ioredis';
import { afterEach, describe, expect, it, type TestContext } from 'vitest';
import { atMost, below } from '../../bench/figures.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { slackLedger } from '../support/responder.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { until } from '../support/until.ts';
import { brokenJobs } from './support/broken-jobs.ts';
import { report } from './support/figures.ts';
import { type Fleet, startFleet } from './support/fleet.ts';
import { judge } from './support/oracle.ts';
import { diceFor, times } from './support/scale.ts';

/** How many times Redis is lost, at points spread over the recoveries. */
const points = times(12, 2);
const jobs = brokenJobs(times(20, 6), [
  'spot-interruption',
  'disk-full',
  'training-hang',
  'restore-from-backup',
]);

describe('recoveries whose Redis is lost again and again', () => {
  let fleet: Fleet;
  const others: TestRedis[] = [];

  afterEach(async () => {
    await fleet.world.close();
    await Promise.all(others.splice(0).map(async (redis) => redis.close()));
  });

  /** Lets the people work for a while, loses Redis, and returns the seconds until everything is back, each time. */
  async function loseOften(
    dice: () => number,
    lose: () => Promise<() => Promise<boolean>>,
  ): Promise<readonly number[]> {
    const took: number[] = [];
    for (let point = 0; point < points; point += 1) {
      const over = performance.now() + 1_000 + dice() * 5_000;
      await fleet.workUntil(() => performance.now() > over, 'the next loss', 60_000);
      const isBack = await lose();
      const lost = performance.now();
      await fleet.workUntil(isBack, 'the open incidents to be back', 300_000);
      took.push((performance.now() - lost) / 1_000);
    }
    await fleet.workUntil(fleet.crew.areDone, 'the recoveries', 900_000);
    return took;
  }

  async function reportAll(
    context: TestContext,
    what: string,
    took: readonly number[],
    goalSeconds: number,
  ): Promise<void> {
    const verdict = await judge(fleet.world, jobs);
    const { messages } = await slackLedger(fleet.world);
    const cards = messages.filter(
      ({ metadata }) =>
        metadata?.event_payload.key === 'card' && !metadata.event_payload.incident.startsWith('notice-'),
    );
    expect(verdict).toEqual({ duplicates: [], missing: [], doubleMessages: [], corruption: [] });
    report(
      context,
      atMost(`${what}: duplicate effects in AWS`, verdict.duplicates.length, 0),
      atMost(`${what}: second cards`, cards.length - jobs.length, 0),
      atMost(`${what}: recoveries that did not finish`, verdict.missing.length, 0),
      below(
        `${what}: longest time until the open incidents were back`,
        Math.max(...took),
        goalSeconds,
        's',
        'machine',
      ),
    );
  }

  it('by FLUSHALL launch nothing twice, post no second card, and open incidents are back within 5 minutes', async (context) => {
    fleet = await startFleet(jobs, { open: jobs.length });
    const { world } = fleet;
    await Promise.all([world.start('bot'), world.start('worker')]);
    const redis = world.redis.client;

    const took = await loseOften(diceFor('flushed'), async () => {
      const open = await openIn(redis);
      await redis.flushall();
      return async () =>
        (await Promise.all(open.map(async (id) => redis.exists(journalOf(id))))).every(Boolean);
    });

    await reportAll(context, `T8: FLUSHALL at ${points} points, ${jobs.length} recoveries`, took, 300);
  });

  it('by failovers that lose its last 1 to 5 s launch nothing twice, post no second card, and are back within 2 minutes', async (context) => {
    const dice = diceFor('failed over');
    fleet = await startFleet(jobs, { open: jobs.length });
    const { world } = fleet;
    const address = await startTcpProxy(world.redis.url);
    await Promise.all(
      ['bot' as const, 'worker' as const].map(async (role) => world.start(role, { redisUrl: address.url })),
    );
    let primary: TestRedis = world.redis;

    const took = await loseOften(dice, async () => {
      const [old, next] = [primary, await replicaOf(primary)];
      others.push(next);
      await next.client.call('REPLICAOF', 'NO', 'ONE');
      const over = performance.now() + 1_000 + dice() * 4_000;
      await fleet.workUntil(() => performance.now() > over, 'the writes that will be lost', 60_000);
      address.leadTo(next.url);
      address.cut();
      primary = next;
      const open = await openIn(old.client);
      const lengths = await Promise.all(open.map(async (id) => old.client.llen(journalOf(id))));
      return async () => {
        const now = await Promise.all(open.map(async (id) => next.client.llen(journalOf(id))));
        return now.every((length, at) => length >= (lengths[at] ?? 0));
      };
    });

    await reportAll(
      context,
      `T7: ${points} failovers that lose 1 to 5 s, ${jobs.length} recoveries`,
      took,
      120,
    );
    await address.close();
  });
});

const journalOf = (incident: string): string => `{relight}:journal:${incident}`;

async function openIn(redis: Redis): Promise<readonly string[]> {
  return redis.zrange('{relight}:incidents:open', '0', '-1');
}

async function replicaOf(primary: TestRedis): Promise<TestRedis> {
  const replica = await startRedis(['--repl-diskless-sync-delay', '0']);
  await replica.client.call('REPLICAOF', '127.0.0.1', new URL(primary.url).port);
  await until(
    async () => (await replica.client.info('replication')).includes('master_link_status:up'),
    'the replica to have all data',
  );
  return replica;
}
