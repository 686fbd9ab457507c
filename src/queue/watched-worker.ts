import { hostname } from 'node:os';
import { Queue, type Telemetry, type Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Log } from '../log.ts';
import { keyPrefix } from '../redis/keys.ts';
import { redactText } from '../sanitize/redaction.ts';

/** Runs until closed. Closing waits up to `graceMs` for work in progress. */
export interface Running {
  readonly close: (graceMs: number) => Promise<void>;
  /** Whether as many jobs run as may run at once, so that another one has to wait. */
  readonly isBusy: () => boolean;
}

/** Counts the jobs that a worker runs. */
export interface Slots {
  readonly areTaken: () => boolean;
  readonly areFree: () => boolean;
  readonly hold: <T>(work: () => Promise<T>) => Promise<T>;
}

export function createSlots(count: number): Slots {
  let taken = 0;
  return {
    areTaken: () => taken >= count,
    areFree: () => taken === 0,
    hold: async (work) => {
      taken += 1;
      return work().finally(() => {
        taken -= 1;
      });
    },
  };
}

/**
 * A killed worker's job is taken over after at most lockDuration + 2 x stalledInterval, so within 10 s. The kill is not the
 * job's fault, so many stalls are allowed; BullMQ's default gives up at the second.
 */
export const settings = {
  /** Which process has a job: BullMQ stores it with the job, as `processedBy`. */
  name: `${hostname()}:${process.pid}`,
  lockDuration: 6_000,
  /** A lock is renewed every 1 to 2 s, so it outlives 4 s in which the process or Redis does not get to it. */
  lockRenewTime: 2_000,
  stalledInterval: 2_000,
  maxStalledCount: 20,
  /** After a lost connection; the default is 15 s. */
  runRetryDelay: 1_000,
  skipVersionCheck: true,
  prefix: keyPrefix,
} as const;

/** A queue that logs its errors. With `telemetry`, its jobs carry the active span. */
export function openQueue(redis: Redis, log: Log, name: string, telemetry?: Telemetry): Queue {
  const options = { connection: redis, prefix: keyPrefix, skipVersionCheck: true };
  const queue = new Queue(name, { ...options, ...(telemetry && { telemetry }) });
  queue.on('error', (error) => log.warn({ queue: name, error: error.message }, 'queue'));
  return queue;
}

/** Logs errors of a worker and cancels a job whose lock is lost. */
export function watched(worker: Worker, log: Log): Worker {
  const queue = worker.name;
  worker.on('error', (error) => log.warn({ queue, error: error.message }, 'worker'));
  worker.on('failed', (job, error) => log.error({ queue, job: job?.id, error: error.message }, 'job failed'));
  // Another worker may have the job now, so this one must stop before its next side effect.
  worker.on('lockRenewalFailed', (ids) => ids.forEach((id) => worker.cancelJob(id, 'the lock was lost')));
  return worker;
}

/** BullMQ stores the error of a failed job in Redis. */
export function throwWithoutSecrets(thrown: unknown): never {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  error.message = redactText(error.message);
  error.stack = redactText(error.stack ?? '');
  throw error;
}

export interface Closing {
  readonly worker: Worker;
  readonly slots: Slots;
  readonly redis: Pick<Redis, 'status'>;
}

/**
 * `Worker.close` waits for current jobs and for Redis without a limit, and a second call returns the first promise. Past
 * the grace period the jobs are canceled and the connection is cut: the lock lapses and the next worker takes the job over.
 */
export function closing({ worker, slots, redis }: Closing): Running {
  return {
    isBusy: slots.areTaken,
    close: async (graceMs) => {
      const idle = idleWithoutRedis({ slots, redis });
      const closed = worker.close().then(() => true);
      const inTime = await Promise.race([closed, elapsed(graceMs), idle.waited]).finally(idle.stop);
      if (inTime) return;
      worker.cancelAllJobs('the process is shutting down');
      // ioredis never says that a connection ended which it was about to open again.
      await Promise.race([worker.disconnect(), elapsed(disconnectMs)]);
    },
  };
}

const [lookEveryMs, downForMs, disconnectMs] = [100, 2_000, 1_000];

/** Resolves once no job runs and Redis has been away for a while, so that nothing is left to wait for. */
function idleWithoutRedis({ slots, redis }: Pick<Closing, 'slots' | 'redis'>): {
  readonly waited: Promise<false>;
  readonly stop: () => void;
} {
  let timer: NodeJS.Timeout | undefined;
  const waited = new Promise<false>((resolve) => {
    let since = performance.now();
    timer = setInterval(() => {
      if (redis.status === 'ready' || !slots.areFree()) since = performance.now();
      else if (performance.now() - since > downForMs) resolve(false);
    }, lookEveryMs);
  });
  return { waited, stop: () => clearInterval(timer) };
}

function elapsed(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), ms).unref());
}
