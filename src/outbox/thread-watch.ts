import { largest } from '../ports/collections.ts';
import type { Clock } from '../ports/ports.ts';
import type { ShownThreads } from './shown-threads.ts';
import type { SlackGate } from './slack-gate.ts';

/**
 * Finds the threads of one channel that do not show what they should: after a crash, after an outage of Slack, or because
 * time has passed.
 */
export interface ThreadWatch {
  /**
   * Queues a delivery for each of them; while Slack takes no messages, for one at a time. Returns the ms after which to
   * run again.
   */
  readonly run: () => Promise<number>;
  /** The threads that wait for a delivery, as of the last run. */
  readonly waiting: () => { readonly threads: number; readonly oldestMs: number };
}

export interface ThreadWatchDeps {
  /** The fingerprint of each thread once it is up to date; undefined if it never changes. */
  readonly wanted: (now: number) => Promise<WantedThreads>;
  readonly shown: Pick<ShownThreads, 'among'>;
  readonly gate: Pick<SlackGate, 'trouble'>;
  readonly deliver: (thread: string) => Promise<void>;
  /** Opens the gate if Slack would take a message now. For when no thread waits, whose delivery would show it. */
  readonly tryWithoutMessage: () => Promise<void>;
  readonly clock: Clock;
}

export type WantedThreads = ReadonlyMap<string, string | undefined>;

const everyMs = 15_000;
/** Short, so that deliveries go on soon after Slack is back. */
const whileClosedMs = 5_000;

export function createThreadWatch(deps: ThreadWatchDeps): ThreadWatch {
  let since: ReadonlyMap<string, number> = new Map();
  let tries = 0;
  const lateThreads = async (): Promise<readonly string[]> => {
    const now = deps.clock.now();
    const late = await outOfDate(deps, now);
    since = new Map(late.map((thread) => [thread, since.get(thread) ?? now]));
    return late;
  };
  return {
    run: async () => {
      const trouble = await deps.gate.trouble();
      if (trouble === undefined) {
        for (const thread of await lateThreads()) await deps.deliver(thread);
        return everyMs;
      }
      if (trouble.due) {
        const late = await lateThreads();
        // Each try takes another thread, in case one fails for a reason of its own.
        const thread = late[tries % Math.max(1, late.length)];
        tries += 1;
        await (thread === undefined ? deps.tryWithoutMessage() : deps.deliver(thread));
      }
      return whileClosedMs;
    },
    waiting: () => ({
      threads: since.size,
      oldestMs: largest([0, ...[...since.values()].map((at) => deps.clock.now() - at)]),
    }),
  };
}

async function outOfDate({ wanted, shown }: ThreadWatchDeps, now: number): Promise<readonly string[]> {
  const threads = await wanted(now);
  const present = await shown.among([...threads.keys()]);
  return [...threads].flatMap(([thread, fingerprint]) => {
    const last = present.get(thread);
    const isCurrent = fingerprint === undefined ? last !== undefined : last === fingerprint;
    return isCurrent ? [] : [thread];
  });
}
