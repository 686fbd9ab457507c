import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '../../src/log.ts';
import { type OwnClock, type SharedClock, startSharedClock } from '../../src/redis/clock/shared-clock.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

const minute = 60_000;
const hour = 60 * minute;

/** A machine whose clock is wrong, and whose counter of elapsed time a test can turn on. */
class Machine implements OwnClock {
  readonly now: OwnClock['now'];
  readonly elapsed: OwnClock['elapsed'];
  wrongBy: number;
  passed = 0;

  constructor(wrongBy: number) {
    this.wrongBy = wrongBy;
    this.now = () => Date.now() + this.passed + this.wrongBy;
    this.elapsed = () => performance.now() + this.passed;
  }
}

describe('the clock that all processes share', () => {
  let redis: TestRedis;
  const clocks: SharedClock[] = [];

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  afterEach(() => {
    for (const clock of clocks.splice(0)) clock.stop();
  });

  async function clockOf(machine: Machine): Promise<SharedClock> {
    const clock = await startSharedClock(redis.client, createLog('silent'), machine);
    clocks.push(clock);
    return clock;
  }

  it.each([
    ['10 minutes ahead', 10 * minute],
    ['10 minutes behind', -10 * minute],
    ['a year ahead', 365 * 24 * hour],
  ])('has the time of Redis on a machine that is %s', async (_, wrongBy) => {
    const clock = await clockOf(new Machine(wrongBy));
    const [seconds] = await redis.client.time();

    expect(Math.abs(clock.now() - Number(seconds) * 1_000)).toBeLessThan(2_000);
  });

  it('is the same within a second for a bot and a worker that are 20 minutes apart', async () => {
    const [bot, worker] = [await clockOf(new Machine(10 * minute)), await clockOf(new Machine(-10 * minute))];

    expect(Math.abs(bot.now() - worker.now())).toBeLessThan(1_000);
  });

  it('does not go back when the clock of the machine is set back by an hour', async () => {
    const machine = new Machine(0);
    const clock = await clockOf(machine);
    const before = clock.now();
    machine.wrongBy = -hour;

    expect(clock.now()).toBeGreaterThanOrEqual(before);
    await clock.compare();
    expect(clock.now()).toBeGreaterThanOrEqual(before);
  });

  it('counts on while Redis is not asked, and returns to the time of Redis when it is', async () => {
    const machine = new Machine(0);
    const clock = await clockOf(machine);
    const before = clock.now();
    machine.passed = 5 * minute;
    expect(clock.now() - before).toBeGreaterThanOrEqual(5 * minute);

    await clock.compare();

    expect(clock.now() - before).toBeLessThan(minute);
  });

  it('keeps its time when Redis takes longer than a second to answer', async () => {
    const machine = new Machine(0);
    const clock = await clockOf(machine);
    const before = clock.now();
    const answering = clock.compare();
    machine.passed = 5 * minute;
    await answering;

    expect(clock.now() - before).toBeGreaterThanOrEqual(5 * minute);
  });
});
