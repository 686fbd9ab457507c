import type { AlarmHandler } from './handle-alarm.ts';

/** Delays other work while alarms arrive fast. */
export interface Backpressure {
  /** Wraps the alarm handler and counts the messages it is handling. */
  readonly tracked: (handleAlarm: AlarmHandler) => AlarmHandler;
  /** Resolves once no message has been in progress for a moment, or after `maxWaitMs` at the latest. */
  readonly whenIdle: () => Promise<void>;
}

/** Longer than the gaps between the messages of an alarm storm. */
const gapMs = 100;
/** Nobody notices a thread that opens a second later, but SNS and SQS resend messages that wait. */
const maxWaitMs = 1_000;

export function createBackpressure(): Backpressure {
  let inProgress = 0;
  let gap: NodeJS.Timeout | undefined;
  const waiting = new Set<() => void>();
  const releaseAll = (): void => {
    for (const release of waiting) release();
  };
  const checkIdle = (): void => {
    clearTimeout(gap);
    if (inProgress === 0 && waiting.size > 0) gap = setTimeout(releaseAll, gapMs);
  };
  return {
    tracked: (handleAlarm) => async (message) => {
      inProgress += 1;
      clearTimeout(gap);
      try {
        return await handleAlarm(message);
      } finally {
        inProgress -= 1;
        checkIdle();
      }
    },
    whenIdle: async () =>
      new Promise((resolve) => {
        const release = (): void => {
          clearTimeout(timer);
          waiting.delete(release);
          resolve();
        };
        const timer = setTimeout(release, maxWaitMs);
        waiting.add(release);
        checkIdle();
      }),
  };
}
