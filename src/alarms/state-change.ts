import type { Meaning } from './correlate.ts';
import type { AlarmSignal, Signal } from './parse/signal.ts';
import type { StateChange } from './ports.ts';

const ended: ReadonlySet<string> = new Set(['Completed', 'Failed', 'Stopped']);

/** The key of an alarm, or of one of its time series. */
export function keyOf({ subject }: AlarmSignal): string {
  return `alarm:${subject}`;
}

/** The change that the message reports, under a key that all messages about the same thing share. */
export function changeIn(signal: Signal, meaning: Meaning): StateChange {
  const { at } = signal;
  switch (signal.type) {
    case 'alarm': {
      const job =
        'report' in meaning ? meaning.report.job : 'cleared' in meaning ? meaning.cleared.job : undefined;
      const mutedUntil = signal.muted?.until;
      return { key: keyOf(signal), state: signal.state, at, final: false, job, mutedUntil };
    }
    case 'training-job':
      return {
        key: `job:${signal.job}`,
        state: `${signal.status} / ${signal.secondaryStatus}`,
        at,
        final: ended.has(signal.status),
      };
    case 'endpoint':
      return { key: `endpoint:${signal.endpoint}`, state: signal.status, at, final: false };
    case 'model-package':
      return { key: `package:${signal.arn}`, state: signal.status, at, final: false };
  }
}
