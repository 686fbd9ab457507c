import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Log } from '../log.ts';
import { openQueue, type Running } from './watched-worker.ts';

/** A job that does nothing. That it is consumed proves that a worker takes jobs from its queue; a PING proves nothing. */
export const canaryName = 'canary';

/** Whether the workers of one queue consume jobs, for `/readyz`. */
export interface Canary {
  readonly check: { readonly name: string; readonly run: () => Promise<string | undefined> };
  readonly close: () => Promise<void>;
}

interface Options {
  /** Must refuse commands while Redis is away. */
  readonly redis: Redis;
  readonly log: Log;
  readonly queue: string;
  /** The worker of this process. While all of its slots are taken, the canary has to wait. */
  readonly worker: Pick<Running, 'isBusy'>;
  /** Milliseconds of a clock that nobody sets. */
  readonly now?: () => number;
}

const everyMs = 12_000;
/** All processes together send one canary in this time. */
const atMostEveryMs = 10_000;
const missedAfterMs = 30_000;

export function startCanary({ redis, log, queue: name, worker, now = monotonic }: Options): Canary {
  const queue = openQueue(redis, log, name);
  const seen = follow(now);
  const look = async (): Promise<void> => seen.at((await queue.getJob(canaryName))?.timestamp);
  const tick = (): void =>
    void look()
      .then(async () => send(queue))
      .then(seen.sent)
      .catch((error: unknown) => log.debug({ queue: name, error: String(error) }, 'no canary was sent'));
  const timer = setInterval(tick, everyMs);
  tick();
  const run = async (): Promise<string | undefined> => {
    await look();
    if (worker.isBusy()) return undefined;
    const waitedMs = seen.waitedMs();
    if (waitedMs > missedAfterMs)
      return `no worker has taken a job from ${name} for ${Math.round(waitedMs / 1_000)} s: restart the process that runs it`;
    return seen.isConsumed() ? undefined : `no worker has taken a job from ${name} yet`;
  };
  return {
    check: {
      name: `${name} canary`,
      run: async () => run().catch(() => 'unknown while Redis does not answer'),
    },
    close: async () => {
      clearInterval(timer);
      await queue.close();
    },
  };
}

/** An ID that exists is not added again, so canaries never pile up. Last in, first out: waiting work does not delay it. */
async function send(queue: Queue): Promise<void> {
  await queue.add(
    canaryName,
    {},
    {
      jobId: canaryName,
      deduplication: { id: canaryName, ttl: atMostEveryMs },
      lifo: true,
      removeOnComplete: true,
      removeOnFail: true,
    },
  );
}

interface Followed {
  /** The canary that the queue holds now, by the time at which it was added. */
  readonly at: (addedAt: number | undefined) => void;
  readonly sent: () => void;
  /** How long the present canary has waited, as this process saw it. */
  readonly waitedMs: () => number;
  /** Whether any canary was consumed. */
  readonly isConsumed: () => boolean;
}

function follow(now: () => number): Followed {
  let wasSent = false;
  let isConsumed = false;
  let waiting: { readonly addedAt: number; readonly since: number } | undefined;
  return {
    at: (addedAt) => {
      if (addedAt !== undefined && addedAt === waiting?.addedAt) return;
      // The one before is gone, and with it whatever was sent by this process.
      isConsumed ||= waiting !== undefined || (wasSent && addedAt === undefined);
      waiting = addedAt === undefined ? undefined : { addedAt, since: now() };
    },
    sent: () => {
      wasSent = true;
    },
    waitedMs: () => (waiting === undefined ? 0 : now() - waiting.since),
    isConsumed: () => isConsumed,
  };
}

function monotonic(): number {
  return performance.now();
}
