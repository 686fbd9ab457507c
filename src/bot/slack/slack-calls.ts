import { noResponse } from '../../outbox/slack-gate.ts';
import type { SlackPauses } from '../../outbox/slack-pauses.ts';
import type { Clock } from '../../ports/ports.ts';
import { firstWithin } from '../clicks/deadline.ts';
import type { CallFailure } from './slack-errors.ts';

/** The failed calls to Slack's Web API of this process. */
export interface SlackCalls {
  readonly failed: (method: string, failure: CallFailure) => void;
  /** The ms for which Slack asked not to call the method: https://docs.slack.dev/apis/web-api/rate-limits */
  readonly pauseOf: (method: string) => Promise<number>;
  /** How many calls failed, by Slack's error code. */
  readonly byError: () => ReadonlyMap<string, number>;
}

/** Slack documents some hundred codes in all; more would only fill the metrics. */
const maxErrors = 50;

/** A call waits no longer for Redis, which may hang: a person waits for some of them, and Slack for 3 s at most. */
const askMs = 250;

export function createSlackCalls(clock: Clock, shared: SlackPauses): SlackCalls {
  const counts = new Map<string, number>();
  const own = ownPauses(clock);
  const ofOthers = othersPause(shared);
  return {
    failed: (method, failure) => {
      const found = errorOf(failure);
      const error = counts.has(found) || counts.size < maxErrors ? found : 'other';
      counts.set(error, (counts.get(error) ?? 0) + 1);
      if (failure.kind !== 'busy') return;
      own.hold(method, failure.afterMs);
      // Without Redis only this process keeps the pause.
      shared.hold(method, failure.afterMs).catch(() => undefined);
    },
    pauseOf: async (method) => Math.max(own.left(method), await ofOthers(method)),
    byError: () => counts,
  };
}

/** The pauses that Slack asked this process for. */
function ownPauses({ now }: Clock): {
  readonly hold: (method: string, ms: number) => void;
  readonly left: (method: string) => number;
} {
  const pauses = new Map<string, { readonly from: number; readonly ms: number }>();
  return {
    hold: (method, ms) => void pauses.set(method, { from: now(), ms }),
    left: (method) => {
      const { from, ms } = pauses.get(method) ?? { from: 0, ms: 0 };
      const passed = now() - from;
      // A clock that was set back must not make the pause longer.
      return passed < 0 ? 0 : Math.max(0, ms - passed);
    },
  };
}

/** The pauses that Slack asked any process for. While Redis does not answer, there are none, and calls wait for it only at first. */
function othersPause({ left }: SlackPauses): (method: string) => Promise<number> {
  let isSilent = false;
  return async (method) => {
    if (isSilent) return 0;
    const asking = left(method).catch(() => 0);
    const answer = await firstWithin(askMs, asking);
    if (answer !== undefined) return answer;
    isSilent = true;
    void asking.then(() => {
      isSilent = false;
    });
    return 0;
  };
}

/** Slack's error code, `ratelimited`, or that Slack did not answer. */
export function errorOf(failure: CallFailure): string {
  if (failure.kind === 'busy') return 'ratelimited';
  return failure.kind === 'unknown' ? noResponse : failure.error;
}
