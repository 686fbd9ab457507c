import { describe, expect, it } from 'vitest';
import { createLog } from '../../../src/log.ts';
import { createAdvanceLater } from '../../../src/queue/steps/advance-later.ts';
import { until } from '../../support/until.ts';

describe('advancing an incident later', () => {
  /** Each run of `advance` ends with `finishRuns`. */
  function startAdvancing() {
    const runs: string[] = [];
    const open: (() => void)[] = [];
    const { advanceLater, idle } = createAdvanceLater({
      advance: async (incident) => {
        runs.push(incident);
        await new Promise<void>((resolve) => void open.push(resolve));
        if (incident === 'rl-broken') throw new Error('Redis is away');
      },
      wake: async () => undefined,
      whenIdle: async () => undefined,
      log: createLog('silent'),
    });
    return { runs, advanceLater, idle, finishRuns: () => open.splice(0).forEach((resolve) => resolve()) };
  }

  it('runs once more for all requests during a run', async () => {
    const { runs, advanceLater, idle, finishRuns } = startAdvancing();
    advanceLater('rl-1');
    await until(() => runs.length === 1, 'the first run');
    for (let request = 0; request < 100; request += 1) advanceLater('rl-1');

    finishRuns();
    await until(() => runs.length === 2, 'the second run');
    finishRuns();
    await idle();
    expect(runs).toEqual(['rl-1', 'rl-1']);
  });

  it('runs for two incidents at a time, and eventually for all', async () => {
    const { runs, advanceLater, finishRuns } = startAdvancing();
    const all = Array.from({ length: 10 }, (_, n) => `rl-${n}`);
    for (const incident of all) advanceLater(incident);
    await until(() => runs.length > 0, 'the first runs');
    await new Promise(setImmediate);
    expect(runs).toHaveLength(2);

    await until(() => {
      finishRuns();
      return runs.length === 10;
    }, 'all runs');
    expect(runs).toEqual(all);
  });

  it('starts when the process is idle, and idle() waits for that too', async () => {
    let begin = (): void => undefined;
    const idleProcess = new Promise<void>((resolve) => void (begin = resolve));
    const runs: string[] = [];
    const { advanceLater, idle } = createAdvanceLater({
      advance: async (incident) => void runs.push(incident),
      wake: async () => undefined,
      whenIdle: async () => idleProcess,
      log: createLog('silent'),
    });
    advanceLater('rl-1');
    advanceLater('rl-1');
    const done = idle().then(() => [...runs]);
    await new Promise(setImmediate);
    expect(runs).toEqual([]);
    begin();

    expect(await done).toEqual(['rl-1']);
  });

  it('continues after an incident that could not be advanced', async () => {
    const { runs, advanceLater, idle, finishRuns } = startAdvancing();
    advanceLater('rl-broken');
    await until(() => runs.length === 1, 'the first run');
    finishRuns();
    await idle();
    advanceLater('rl-2');
    await until(() => runs.length === 2, 'the second run');
    finishRuns();
    await idle();

    expect(runs).toEqual(['rl-broken', 'rl-2']);
  });
});
