import { describe, expect, it } from 'vitest';
import { createLog } from '../../../src/log.ts';
import { createAdvanceLater } from '../../../src/queue/steps/advance-later.ts';
import { until } from '../../support/until.ts';

describe('what follows from news of an incident', () => {
  /** Each turn of an incident ends when it is let go. */
  function startFollowing() {
    const turns: string[] = [];
    const open: (() => void)[] = [];
    const { advanceLater, idle } = createAdvanceLater({
      advance: async (incident) => {
        turns.push(incident);
        await new Promise<void>((resolve) => void open.push(resolve));
        if (incident === 'rl-broken') throw new Error('Redis is away');
      },
      wake: async () => undefined,
      whenIdle: async () => undefined,
      log: createLog('silent'),
    });
    return { turns, follow: advanceLater, idle, letGo: () => open.splice(0).forEach((resolve) => resolve()) };
  }

  it('is done once more for all that came while it was done', async () => {
    const { turns, follow, idle, letGo } = startFollowing();
    follow('rl-1');
    await until(() => turns.length === 1, 'the first turn');
    for (let news = 0; news < 100; news += 1) follow('rl-1');

    letGo();
    await until(() => turns.length === 2, 'the second turn');
    letGo();
    await idle();
    expect(turns).toEqual(['rl-1', 'rl-1']);
  });

  it('is done for a few incidents at a time, and for all of them', async () => {
    const { turns, follow, letGo } = startFollowing();
    const all = Array.from({ length: 10 }, (_, n) => `rl-${n}`);
    for (const incident of all) follow(incident);
    await until(() => turns.length > 0, 'the first turns');
    await new Promise(setImmediate);
    expect(turns).toHaveLength(2);

    await until(() => {
      letGo();
      return turns.length === 10;
    }, 'all turns');
    expect(turns).toEqual(all);
  });

  it('begins when there is time for it, and whoever waits for it waits also for that', async () => {
    let begin = (): void => undefined;
    const lull = new Promise<void>((resolve) => void (begin = resolve));
    const turns: string[] = [];
    const { advanceLater, idle } = createAdvanceLater({
      advance: async (incident) => void turns.push(incident),
      wake: async () => undefined,
      whenIdle: async () => lull,
      log: createLog('silent'),
    });
    advanceLater('rl-1');
    advanceLater('rl-1');
    const done = idle().then(() => [...turns]);
    await new Promise(setImmediate);
    expect(turns).toEqual([]);
    begin();

    expect(await done).toEqual(['rl-1']);
  });

  it('goes on after one that could not be brought forward', async () => {
    const { turns, follow, idle, letGo } = startFollowing();
    follow('rl-broken');
    await until(() => turns.length === 1, 'the first turn');
    letGo();
    await idle();
    follow('rl-2');
    await until(() => turns.length === 2, 'the second turn');
    letGo();
    await idle();

    expect(turns).toEqual(['rl-broken', 'rl-2']);
  });
});
