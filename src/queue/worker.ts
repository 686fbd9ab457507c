import { DelayedError, type Job, Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Log } from '../log.ts';
import type { Deliver } from './deliver.ts';
import { DeliverJob, keyPrefix, queues, StepJob } from './jobs.ts';
import type { Sweep } from './reconciler.ts';
import { runStep } from './run-step.ts';
import type { RunParts } from './step-run.ts';
import { closing, type Running, settings, watched } from './watched-worker.ts';

const sweepEveryMs = 15_000;

type Process<D> = (data: D, job: Job, signal: AbortSignal) => Promise<number>;

function start<D>(
  redis: Redis,
  log: Log,
  name: string,
  concurrency: number,
  parse: (data: unknown) => D,
  process: Process<D>,
): Worker {
  const worker = new Worker(
    name,
    async (job, token, signal) => {
      const afterMs = await process(parse(job.data), job, signal ?? new AbortController().signal);
      if (afterMs === 0) return;
      // Long waits hold no worker: the job goes back to the queue and comes again.
      await job.moveToDelayed(Date.now() + afterMs, token);
      throw new DelayedError();
    },
    { ...settings, connection: redis, concurrency },
  );
  return watched(worker, log);
}

/** Runs the steps of incidents. */
export function startStepWorker(redis: Redis, parts: RunParts): Running {
  const worker = start(
    redis,
    parts.log,
    queues.steps,
    10,
    (data) => StepJob.parse(data),
    async (data, job, signal) => {
      const outcome = await runStep(parts, data, signal);
      if (outcome.kind === 'over') return 0;
      await job.updateData({ ...data, failures: outcome.failures });
      return outcome.afterMs;
    },
  );
  return closing([worker]);
}

/** Keeps the threads in Slack up to date. */
export function startMessageWorker(redis: Redis, log: Log, deliver: Deliver): Running {
  return closing([
    start(
      redis,
      log,
      queues.messages,
      4,
      (data) => DeliverJob.parse(data),
      async ({ incident }) => deliver(incident),
    ),
  ]);
}

/** Has one process at a time sweep, whichever is free. */
export async function startSweep(redis: Redis, log: Log, sweep: Sweep): Promise<Running> {
  const queue = new Queue(queues.sweep, { connection: redis, prefix: keyPrefix, skipVersionCheck: true });
  queue.on('error', (error) => log.warn({ queue: queues.sweep, error: error.message }, 'queue'));
  await queue.upsertJobScheduler(
    'sweep',
    { every: sweepEveryMs },
    { name: 'sweep', opts: { removeOnComplete: true, removeOnFail: 100 } },
  );
  const worker = start(
    redis,
    log,
    queues.sweep,
    1,
    () => undefined,
    async () => {
      await sweep();
      return 0;
    },
  );
  const { close } = closing([worker]);
  return {
    close: async (graceMs) => {
      await close(graceMs);
      await queue.close();
    },
  };
}
