import { noResponse } from '../../outbox/slack-gate.ts';
import type { Clock } from '../../ports/ports.ts';
import type { CallFailure } from './slack-errors.ts';

/** The failed calls to Slack's Web API of this process. */
export interface SlackCalls {
  readonly failed: (method: string, failure: CallFailure) => void;
  /** The ms for which Slack asked not to call the method: https://docs.slack.dev/apis/web-api/rate-limits */
  readonly pauseOf: (method: string) => number;
  /** How many calls failed, by Slack's error code. */
  readonly byError: () => ReadonlyMap<string, number>;
}

/** Slack documents some hundred codes in all; more would only fill the metrics. */
const maxErrors = 50;

export function createSlackCalls({ now }: Clock): SlackCalls {
  const counts = new Map<string, number>();
  const pauses = new Map<string, { readonly from: number; readonly ms: number }>();
  return {
    failed: (method, failure) => {
      const found = errorOf(failure);
      const error = counts.has(found) || counts.size < maxErrors ? found : 'other';
      counts.set(error, (counts.get(error) ?? 0) + 1);
      if (failure.kind === 'busy') pauses.set(method, { from: now(), ms: failure.afterMs });
    },
    pauseOf: (method) => {
      const { from, ms } = pauses.get(method) ?? { from: 0, ms: 0 };
      const passed = now() - from;
      // A clock that was set back must not make the pause longer.
      return passed < 0 ? 0 : Math.max(0, ms - passed);
    },
    byError: () => counts,
  };
}

/** Slack's error code, `ratelimited`, or that Slack did not answer. */
export function errorOf(failure: CallFailure): string {
  if (failure.kind === 'busy') return 'ratelimited';
  return failure.kind === 'unknown' ? noResponse : failure.error;
}
