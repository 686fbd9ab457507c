import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBackpressure } from '../../src/alarms/backpressure.ts';

describe('work that waits for alarms', () => {
  const rush = () => {
    const { tracked, whenIdle } = createBackpressure();
    const ends: (() => void)[] = [];
    const handleAlarm = tracked(async () => {
      await new Promise<void>((resolve) => void ends.push(resolve));
      return 'joined';
    });
    let begun = false;
    return {
      arrives: () => void handleAlarm({ id: 'm-1', body: '', path: 'sqs' }),
      isRecorded: () => ends.shift()?.(),
      follow: () => void whenIdle().then(() => void (begun = true)),
      hasBegun: () => begun,
    };
  };

  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('starts shortly after the last alarm was recorded', async () => {
    const { arrives, isRecorded, follow, hasBegun } = rush();
    arrives();
    follow();
    await vi.advanceTimersByTimeAsync(500);
    expect(hasBegun()).toBe(false);

    isRecorded();
    await vi.advanceTimersByTimeAsync(99);
    expect(hasBegun()).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(hasBegun()).toBe(true);
  });

  it('keeps waiting through gaps in an alarm storm, but for at most a second', async () => {
    const { arrives, isRecorded, follow, hasBegun } = rush();
    follow();
    for (let ms = 0; ms < 990; ms += 90) {
      expect(hasBegun()).toBe(false);
      arrives();
      isRecorded();
      await vi.advanceTimersByTimeAsync(90);
    }
    arrives();
    await vi.advanceTimersByTimeAsync(10);

    expect(hasBegun()).toBe(true);
  });

  it('starts after a short wait when no alarm arrives', async () => {
    const { follow, hasBegun } = rush();
    follow();
    await vi.advanceTimersByTimeAsync(100);

    expect(hasBegun()).toBe(true);
  });

  it('does not wait forever after a message that could not be recorded', async () => {
    const { tracked, whenIdle } = createBackpressure();
    const handleAlarm = tracked(async () => {
      throw new Error('Redis is away');
    });
    await expect(handleAlarm({ id: 'm-1', body: '', path: 'sns' })).rejects.toThrow('Redis is away');
    let begun = false;
    void whenIdle().then(() => void (begun = true));
    await vi.advanceTimersByTimeAsync(100);

    expect(begun).toBe(true);
  });
});
