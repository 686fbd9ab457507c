import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLog } from '../../src/log.ts';
import { type RunningRepeated, startWatches } from '../../src/queue/repeated.ts';
import { type Connections, connect } from '../../src/redis/connection.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const log = createLog('silent');
const everyMs = 100;

describe('the watches of AWS', () => {
  let redis: TestRedis;
  let connections: Connections;
  let watching: RunningRepeated | undefined;

  beforeEach(async () => {
    redis = await startRedis();
    connections = await connect(redis.url, log);
  });
  afterEach(async () => {
    await watching?.close(0);
    await connections.close();
    await redis.close();
  });

  it('run independently: the take-over watch continues while the poller waits for AWS', async () => {
    const answered = deferred();
    let polls = 0;
    let looks = 0;
    const poll = async (): Promise<void> => {
      polls += 1;
      await answered.promise;
    };
    const look = async (): Promise<void> => {
      looks += 1;
    };
    watching = await startWatches(connections, log, [
      { name: 'poll', everyMs, work: poll },
      { name: 'took-over', everyMs, work: look },
    ]);

    await until(() => polls === 1 && looks >= 5, 'the watch to look while the poller waits');

    // A late run is skipped: two runs of the poller never overlap in one process.
    expect(polls).toBe(1);
    answered.resolve();
    await until(() => polls > 1, 'the poller to come again');
  });

  it('do not keep a process from exiting: a watch without a response from AWS is abandoned after the grace period', async () => {
    let isWaiting = false;
    const work = async (): Promise<void> => {
      isWaiting = true;
      await deferred().promise;
    };
    const stuck = await startWatches(connections, log, [{ name: 'poll', everyMs, work }]);
    await until(() => isWaiting, 'the watch to run');
    await stuck.close(50);
  });

  it('continue within a minute after the clock was set back by an hour, and are reported until then', async () => {
    const hour = 3_600_000;
    let runs = 0;
    const work = async (): Promise<void> => {
      runs += 1;
    };
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hour });
    watching = await startWatches(connections, log, [{ name: 'poll', everyMs, work }]);
    await until(() => runs > 0, 'the watch to run before the step');

    vi.useRealTimers();

    const { check } = watching;
    await until(async () => (await check.run()) !== undefined, 'the check to notice', 5_000);
    const before = runs;
    await until(() => runs > before + 5, 'the watch to run again', 60_000);
    expect(await check.run()).toBeUndefined();
  });

  it('are never reported as lost by Redis, even if they run often', async () => {
    const work = async (): Promise<void> => undefined;
    watching = await startWatches(connections, log, [{ name: 'quick', everyMs: 10, work }]);
    for (let checks = 0; checks < 500; checks += 1)
      await expect(watching.check.run()).resolves.toBeUndefined();
  });
});

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
