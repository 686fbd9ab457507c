import { Queue, type Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Log } from '../log.ts';
import { keyPrefix } from '../redis/keys.ts';
import { redactText } from '../sanitize/redaction.ts';

/** Runs until closed. Closing waits up to `graceMs` for work in progress. */
export interface Running {
  readonly close: (graceMs: number) => Promise<void>;
}

/**
 * A killed worker's job is taken over after about lockDuration + 2 x stalledInterval. The kill is not the job's fault,
 * so many stalls are allowed; BullMQ's default gives up at the second.
 */
export const settings = {
  lockDuration: 15_000,
  stalledInterval: 5_000,
  maxStalledCount: 20,
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
export function closing(workers: readonly Worker[]): Running {
  return {
    close: async (graceMs) => {
      const inTime = await Promise.race([
        Promise.all(workers.map((worker) => worker.close())).then(() => true),
        elapsed(graceMs),
      ]);
      if (inTime) return;
      for (const worker of workers) {
        worker.cancelAllJobs('the process is shutting down');
        await worker.disconnect();
      }
    },
  };
}

function elapsed(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), ms).unref());
}
