import type { Desk } from './handle-alarm.ts';

/** Tells when alarms come so fast that other work had better wait. */
export interface Rush {
  /** The desk, with the letters that it has in hand counted. */
  readonly counted: (desk: Desk) => Desk;
  /** Resolves when no letter has been in hand for a moment, and at the latest when others have waited long enough. */
  readonly lull: () => Promise<void>;
}

/** Between two letters of a storm there may be a gap, but not such a long one. */
const gapMs = 100;
/** Nobody notices that a thread opens a second later; SNS and SQS notice when their messages wait. */
const patienceMs = 1_000;

export function createRush(): Rush {
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
    counted: (desk) => async (letter) => {
      inHand += 1;
      clearTimeout(gap);
      try {
        return await desk(letter);
      } finally {
        inHand -= 1;
        maybeOver();
      }
    },
    lull: async () =>
      new Promise((resolve) => {
        const over = (): void => {
          clearTimeout(timer);
          waiting.delete(over);
          resolve();
        };
        const timer = setTimeout(over, patienceMs);
        waiting.add(over);
        maybeOver();
      }),
  };
}
