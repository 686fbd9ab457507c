import { Queue, type Worker } from 'bullmq';
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
  readonly hold: <T>(work: () => Promise<T>) => Promise<T>;
}

export function createSlots(count: number): Slots {
  let taken = 0;
  return {
    areTaken: () => taken >= count,
    hold: async (work) => {
      taken += 1;
      return work().finally(() => {
        taken -= 1;
      });
    },
  };
}

/**
 * A killed worker's job is taken over after at most lockDuration + 2 x stalledInterval, so within 12 s. The kill is not the
 * job's fault, so many stalls are allowed; BullMQ's default gives up at the second.
 */
export const settings = {
  lockDuration: 8_000,
  stalledInterval: 2_000,
  maxStalledCount: 20,
  /** After a lost connection; the default is 15 s. */
  runRetryDelay: 1_000,
  skipVersionCheck: true,
  prefix: keyPrefix,
} as const;

/** A queue that logs its errors. */
export function openQueue(redis: Redis, log: Log, name: string): Queue {
  const queue = new Queue(name, { connection: redis, prefix: keyPrefix, skipVersionCheck: true });
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

/**
 * `Worker.close` waits for current jobs without a limit, and a second call returns the first promise. Past the grace
 * period the jobs are canceled and the connection is cut: the lock lapses and the next worker takes the job over.
 */
export function closing({ worker, slots }: { readonly worker: Worker; readonly slots: Slots }): Running {
  return {
    isBusy: slots.areTaken,
    close: async (graceMs) => {
      const inTime = await Promise.race([worker.close().then(() => true), elapsed(graceMs)]);
      if (inTime) return;
      worker.cancelAllJobs('the process is shutting down');
      await worker.disconnect();
    },
  };
}

function elapsed(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), ms).unref());
}
