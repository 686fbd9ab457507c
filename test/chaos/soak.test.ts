import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../support/until.ts';
import { report } from './support/figures.ts';
import { diceFor, times } from './support/scale.ts';
import { atARate } from './support/soak/at-a-rate.ts';
import { type Fleet, startFleet } from './support/soak/fleet.ts';
import { type Load, openLoad } from './support/soak/load.ts';
import { type Meter, meterOf } from './support/soak/processes.ts';
import { largestIn, lastingKeysIn, type Stored, storedIn } from './support/soak/redis-keys.ts';
import { effectFigures, leftFigures, processFigures, progressOf } from './support/soak/soak-figures.ts';

const second = 1_000;
const minute = 60 * second;

/** The short form cannot show a slope: it shows that nothing is lost or doubled, and that incidents leave nothing behind. */
const isLong = times(1, 0) === 1;
const measuredMs = times(60, 2) * minute;
/**
 * V8 goes on compiling for hours, so the long form begins with so many minutes of a load that is three times as high. Then the
 * incidents of that time leave Redis, and only then begins what is measured.
 */
const [warmUpMs, warmUpRate] = [times(40, 0) * minute, 3];
const settlingMs = times(8, 1) * minute;
const loadMs = warmUpMs + settlingMs + measuredMs;
/** A worker and a bot in turn. */
const killEveryMs = times(5, 1) * minute;
const redisRestarts = isLong ? [15, 63, 93] : [2.5];
/** In days: six minutes, or a minute and a half. */
const retention = times(0.004, 0.001);
const newJobEveryMs = 12 * second;
const sampleEveryMs = times(30, 10) * second;
const progressEvery = 6;
/** The last alarms that are not about a failure are cleared, and their incidents close, before the load ends. */
const calmBeforeMs = 2 * minute;
const drainMs = times(20, 6) * minute;
const timeoutMs = loadMs + 3 * drainMs;

describe('an hour with 5 alarms and 1 click a second, kills of workers and bots, and restarts of Redis', () => {
  let fleet: Fleet;
  let load: Load;
  let meters: Readonly<Record<'bot' | 'worker', Meter>>;
  const closing: (() => unknown)[] = [];

  afterEach(async () => {
    for (const one of closing.splice(0).toReversed()) await one();
  });

  /** Kills and restarts at their times, until the load ends. */
  async function disturb(): Promise<void> {
    const began = Date.now();
    const kills = Array.from({ length: Math.floor(loadMs / killEveryMs) - 1 }, (_, n) => ({
      at: (n + 1) * killEveryMs,
      work: async () => fleet.kill(n % 2 === 0 ? 'worker' : 'bot'),
    }));
    const restarts = redisRestarts.map((at) => ({ at: at * minute, work: fleet.restartRedis }));
    for (const { at, work } of [...kills, ...restarts].toSorted((one, other) => one.at - other.at)) {
      await waitUntil(began + at);
      await work();
    }
    await waitUntil(began + loadMs);
  }

  async function waitUntil(at: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, at - Date.now())));
  }

  const journals = async (): Promise<number> => {
    const keys = await lastingKeysIn(fleet.world.redis.client);
    return keys.filter((key) => key.startsWith('{relight}:journal:')).length;
  };

  it(
    'lose and repeat nothing, and neither the memory and the handles of Relight nor the keys in Redis grow',
    async (context) => {
      fleet = await startFleet(retention);
      closing.push(fleet.close);
      const redis = fleet.world.redis.client;
      meters = { bot: await meterOf(fleet.lasting.bot), worker: await meterOf(fleet.lasting.worker) };
      closing.push(meters.bot.close, meters.worker.close);
      load = await openLoad(fleet, diceFor('soak'));
      closing.push(load.close);
      const before = await lastingKeysIn(redis);
      const idle = { bot: meters.bot.handles(), worker: meters.worker.handles() };
      const stored: Stored[] = [];
      const began = Date.now();
      const from = began + warmUpMs + settlingMs;
      const every = (ms: number) => () => (Date.now() < began + warmUpMs ? ms / warmUpRate : ms);
      const sample = async (): Promise<void> => {
        await meters.bot.sample();
        await meters.worker.sample();
        stored.push(await storedIn(redis));
        if (stored.length % progressEvery === 0) process.stdout.write(`${progressOf(load, meters)}\n`);
      };

      const failing = atARate(every(newJobEveryMs), load.startJob);
      const sampling = atARate(() => sampleEveryMs, sample);
      const going = [
        atARate(every(second), load.sendAlarms),
        atARate(every(second), load.press),
        atARate(() => 2 * second, load.failJobs),
      ];
      const calming = setTimeout(load.alarms.calm, loadMs - calmBeforeMs);
      closing.push(() => clearTimeout(calming));
      await disturb();
      await Promise.all([failing.stop(), sampling.stop()]);
      await until(load.isOver, 'all incidents to be recovered', drainMs).catch(say);
      for (const one of going) await one.stop();
      await until(async () => (await load.alarms.remaining()) === 0, 'the queue to be empty').catch(say);
      await until(async () => (await journals()) === 0, 'the incidents to leave Redis', drainMs).catch(say);

      const after = await lastingKeysIn(redis);
      const left = {
        before,
        after,
        journals: await journals(),
        largest: (await largestIn(redis, after)).slice(0, 8),
        messages: await load.alarms.remaining(),
      };
      const steady = (role: 'bot' | 'worker') => meters[role].samples.filter(({ at }) => at >= from);
      expect(fleet.lasting.bot.exitCode()).toBeNull();
      expect(fleet.lasting.worker.exitCode()).toBeNull();
      report(
        context,
        ...(await effectFigures(fleet, load)),
        ...processFigures('bot', steady('bot'), { before: idle.bot, after: meters.bot.handles() }, isLong),
        ...processFigures(
          'worker',
          steady('worker'),
          { before: idle.worker, after: meters.worker.handles() },
          isLong,
        ),
        ...leftFigures(stored, left),
      );
    },
    timeoutMs,
  );
});

/** The figures show what did not end. */
function say(error: unknown): void {
  process.stdout.write(`${String(error)}\n`);
}
