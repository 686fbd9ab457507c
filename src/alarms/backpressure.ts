import type { AlarmHandler } from './handle-alarm.ts';

/** Tells when alarms come so fast that other work had better wait. */
export interface Backpressure {
  /** The desk, with the letters that it has in hand counted. */
  readonly tracked: (desk: AlarmHandler) => AlarmHandler;
  /** Resolves when no letter has been in hand for a moment, and at the latest when others have waited long enough. */
  readonly whenIdle: () => Promise<void>;
}

/** Between two letters of a storm there may be a gap, but not such a long one. */
const gapMs = 100;
/** Nobody notices that a thread opens a second later; SNS and SQS notice when their messages wait. */
const maxWaitMs = 1_000;

export function createBackpressure(): Backpressure {
  let inHand = 0;
  let gap: NodeJS.Timeout | undefined;
  const waiting = new Set<() => void>();
  const goOn = (): void => {
    for (const one of waiting) one();
  };
  const maybeOver = (): void => {
    clearTimeout(gap);
    if (inHand === 0 && waiting.size > 0) gap = setTimeout(goOn, gapMs);
  };
  return {
    tracked: (desk) => async (letter) => {
      inHand += 1;
      clearTimeout(gap);
      try {
        return await desk(letter);
      } finally {
        inHand -= 1;
        maybeOver();
      }
    },
    whenIdle: async () =>
      new Promise((resolve) => {
        const over = (): void => {
          clearTimeout(timer);
          waiting.delete(over);
          resolve();
        };
        const timer = setTimeout(over, maxWaitMs);
        waiting.add(over);
        maybeOver();
      }),
  };
}
