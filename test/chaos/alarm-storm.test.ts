import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { IntakePath } from '../../src/alarms/handle-alarm.ts';
import {
  type AnAlarmHandler,
  aJobEvent,
  anAlarm,
  began,
  createAnAlarmHandler,
  minute,
} from '../alarms/an-alarm-handler.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { seededRandom, shuffled } from '../support/seeded-random.ts';

const jobs = 50;
const messages = 10_000;
const paths: readonly IntakePath[] = ['sqs', 'sns', 'poller'];
/** Per intake path. */
const concurrency = 10;

describe('a storm of 10,000 alarms about 50 jobs, shuffled, on three paths at once and with a fifth of them duplicated', () => {
  let redis: TestRedis;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => void (await redis.client.flushall()));

  /** Every job fails once and raises its own alarms, all within four minutes. */
  function storm(): readonly string[] {
    const random = seededRandom(20_261_124);
    const distinct = messages * 0.8;
    const all = Array.from({ length: distinct }, (_, n) => {
      const job = `srl-rlvr-gold-${n % jobs}`;
      const at = began + Math.floor(random() * 4 * minute);
      return n < jobs
        ? aJobEvent('Failed', 'Failed', at, job)
        : anAlarm('ALARM', at, { job, name: `TrainingJobMemoryUsage-${job}-${n}` });
    });
    const twice = Array.from(
      { length: messages - distinct },
      () => all[Math.floor(random() * distinct)] ?? '',
    );
    return shuffled([...all, ...twice], random);
  }

  /** Delivers on all paths at once; returns the duration of each message in ms, slowest last. */
  async function deliver(
    { handleAlarm }: AnAlarmHandler,
    all: readonly string[],
  ): Promise<readonly number[]> {
    const waiting = all.map((body, n) => ({ id: `m-${n}`, body, path: paths[n % paths.length] ?? 'sqs' }));
    const took: number[] = [];
    const lane = async (path: IntakePath): Promise<void> => {
      for (;;) {
        const next = waiting.findIndex((message) => message.path === path);
        const [message] = next < 0 ? [] : waiting.splice(next, 1);
        if (message === undefined) return;
        const start = performance.now();
        expect(await handleAlarm(message)).not.toBe('kept');
        took.push(performance.now() - start);
      }
    };
    await Promise.all(paths.flatMap((path) => Array.from({ length: concurrency }, () => lane(path))));
    return took.toSorted((one, other) => one - other);
  }

  it('opens exactly 50 incidents, one per job, if the failures have no common cause', async () => {
    const here = createAnAlarmHandler(redis.client, {
      outages: { jobs: 5, minutes: 5 },
      classify: () => 'oom_gpu',
    });
    here.clock.at = began + 5 * minute;
    const took = await deliver(here, storm());

    const all = await here.all();
    expect(new Set(all.map(({ job }) => job)).size).toBe(jobs);
    expect(all).toHaveLength(jobs);
    expect(await here.deadLetters.count()).toBe(0);
    process.stdout.write(`p99 of alarm intake: ${took[Math.floor(took.length * 0.99)]?.toFixed(1)} ms\n`);
  }, 300_000);

  it('opens one system failure incident with 50 affected jobs if the failures have a common cause', async () => {
    const here = createAnAlarmHandler(redis.client, {
      outages: { jobs: 5, minutes: 5 },
      classify: () => 'internal',
    });
    here.clock.at = began + 5 * minute;
    const events = storm().filter((body) => body.includes('TrainingJobStatus'));
    await deliver(here, [...events, ...events]);
    await here.settle();

    const [outage, another] = await here.open();
    expect(another).toBeUndefined();
    expect(new Set(outage?.affectedJobs.map(({ job }) => job)).size).toBe(jobs);
  }, 300_000);
});
