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
/** So many are under way at once on each path. */
const atOnce = 10;

describe('a storm of 10,000 alarms about 50 jobs, by three paths at once, shuffled, a fifth of them twice', () => {
  let redis: TestRedis;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => void (await redis.client.flushall()));

  /** Every job fails once and has alarms of its own; all of it is raised within four minutes. */
  function storm(): readonly string[] {
    const dice = seededRandom(20_261_124);
    const distinct = messages * 0.8;
    const all = Array.from({ length: distinct }, (_, n) => {
      const job = `srl-rlvr-gold-${n % jobs}`;
      const at = began + Math.floor(dice() * 4 * minute);
      return n < jobs
        ? aJobEvent('Failed', 'Failed', at, job)
        : anAlarm('ALARM', at, { job, name: `TrainingJobMemoryUsage-${job}-${n}` });
    });
    const twice = Array.from({ length: messages - distinct }, () => all[Math.floor(dice() * distinct)] ?? '');
    return shuffled([...all, ...twice], dice);
  }

  /** All paths at once; gives how long each message took, in ms, the slowest last. */
  async function take({ handleAlarm }: AnAlarmHandler, all: readonly string[]): Promise<readonly number[]> {
    const waiting = all.map((body, n) => ({ id: `m-${n}`, body, path: paths[n % paths.length] ?? 'sqs' }));
    const took: number[] = [];
    const lane = async (path: IntakePath): Promise<void> => {
      for (;;) {
        const next = waiting.findIndex((letter) => letter.path === path);
        const [letter] = next < 0 ? [] : waiting.splice(next, 1);
        if (letter === undefined) return;
        const start = performance.now();
        expect(await handleAlarm(letter)).not.toBe('kept');
        took.push(performance.now() - start);
      }
    };
    await Promise.all(paths.flatMap((path) => Array.from({ length: atOnce }, () => lane(path))));
    return took.toSorted((one, other) => one - other);
  }

  it('is exactly 50 incidents, one for each job, when they have no cause in common', async () => {
    const here = createAnAlarmHandler(redis.client, {
      outages: { jobs: 5, minutes: 5 },
      classify: () => 'oom_gpu',
    });
    here.clock.at = began + 5 * minute;
    const took = await take(here, storm());

    const all = await here.all();
    expect(new Set(all.map(({ job }) => job)).size).toBe(jobs);
    expect(all).toHaveLength(jobs);
    expect(await here.deadLetters.count()).toBe(0);
    process.stdout.write(
      `p99 of taking a message in: ${took[Math.floor(took.length * 0.99)]?.toFixed(1)} ms\n`,
    );
  }, 300_000);

  it('is one system failure with a board of 50 jobs when they have', async () => {
    const here = createAnAlarmHandler(redis.client, {
      outages: { jobs: 5, minutes: 5 },
      classify: () => 'internal',
    });
    here.clock.at = began + 5 * minute;
    const events = storm().filter((body) => body.includes('TrainingJobStatus'));
    await take(here, [...events, ...events]);
    await here.settle();

    const [outage, another] = await here.open();
    expect(another).toBeUndefined();
    expect(new Set(outage?.board.map(({ job }) => job)).size).toBe(jobs);
  }, 300_000);
});
