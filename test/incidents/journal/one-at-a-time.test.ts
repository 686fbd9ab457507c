import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createOneAtATime } from '../../../src/incidents/journal/one-at-a-time.ts';

describe('writers of one journal', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Each piece of work runs until the test releases it. */
  function startWriting() {
    const inTurn = createOneAtATime(250);
    const begun: string[] = [];
    const open = new Map<string, (error?: Error) => void>();
    return {
      begun,
      write: async (key: string, name: string) =>
        inTurn(key, async () => {
          begun.push(name);
          await new Promise<void>((resolve, reject) => {
            open.set(name, (error) => (error === undefined ? resolve() : reject(error)));
          });
          return name;
        }),
      end: async (name: string, error?: Error) => {
        open.get(name)?.(error);
        await vi.advanceTimersByTimeAsync(0);
      },
    };
  }

  it('run one at a time, even after a failure, and do not block other journals', async () => {
    const { begun, write, end } = startWriting();
    const first = write('rl-1', 'first').catch((error: Error) => error.message);
    const second = write('rl-1', 'second');
    void write('rl-2', 'another');
    await vi.advanceTimersByTimeAsync(100);
    expect(begun).toEqual(['first', 'another']);

    await end('first', new Error('Redis is away'));
    expect(begun).toEqual(['first', 'another', 'second']);
    await end('second');
    expect(await Promise.all([first, second])).toEqual(['Redis is away', 'second']);
  });

  it('start anyway if the previous one hangs, so that a click does not wait for an unresponsive Redis', async () => {
    const { begun, write, end } = startWriting();
    for (const name of ['first', 'second', 'third']) void write('rl-1', name);
    await vi.advanceTimersByTimeAsync(249);
    expect(begun).toEqual(['first']);
    await vi.advanceTimersByTimeAsync(1);
    expect(begun).toEqual(['first', 'second', 'third']);

    for (const name of begun) await end(name);
    const after = write('rl-1', 'fourth');
    await end('fourth');
    expect(await after).toBe('fourth');
  });
});
