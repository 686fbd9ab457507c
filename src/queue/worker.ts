import { DelayedError, type Job, Queue, Worker, type WorkerOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Log } from '../log.ts';
import type { Advance } from './advance.ts';
import type { Deliver } from './deliver.ts';
import { DeliverJob, keyPrefix, queues, ScanJob, StepJob } from './jobs.ts';
import type { Sweep } from './reconciler.ts';
import { runStep } from './run-step.ts';
import type { RunParts } from './step-run.ts';

/** Something that runs until it is closed; closing waits for what is under way, within `graceMs`. */
export interface Running {
  readonly close: (graceMs: number) => Promise<void>;
}

/**
 * A killed worker's job is taken over after about lockDuration + 2 x stalledInterval; being killed with a job is no
 * fault of the job, so the number of stalls allowed is high (BullMQ's own default gives up at the second).
 */
const settings = {
  lockDuration: 15_000,
  stalledInterval: 5_000,
  maxStalledCount: 20,
  skipVersionCheck: true,
} as const;
const sweepEveryMs = 15_000;

type Process<D> = (data: D, job: Job, signal: AbortSignal) => Promise<number>;

function watched(worker: Worker, log: Log): Worker {
  const queue = worker.name;
  worker.on('error', (error) => log.warn({ queue, error: error.message }, 'worker'));
  worker.on('failed', (job, error) => log.error({ queue, job: job?.id, error: error.message }, 'job failed'));
  // Another worker may have the job now: ours must stop before its next effect.
  worker.on('lockRenewalFailed', (ids) => ids.forEach((id) => worker.cancelJob(id, 'the lock was lost')));
  return worker;
}

function start<D>(
  redis: Redis,
  log: Log,
  name: string,
  concurrency: number,
  parse: (data: unknown) => D,
  process: Process<D>,
): Worker {
  const options: WorkerOptions = { ...settings, connection: redis, prefix: keyPrefix, concurrency };
  const worker = new Worker(
    name,
    async (job, token, signal) => {
      const afterMs = await process(parse(job.data), job, signal ?? new AbortController().signal);
      if (afterMs === 0) return;
      // Long waits hold no worker: the job goes back to the queue and comes again.
      await job.moveToDelayed(Date.now() + afterMs, token);
      throw new DelayedError();
    },
    options,
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

/** How training data is read: in threads of their own, as many at a time as there are cores. */
export interface DataThreads {
  /** The module that a thread runs: its default export takes a job. */
  readonly file: URL;
  readonly data: { readonly redisUrl: string; readonly pathStyle: boolean };
  /** At most this many at a time. */
  readonly most: number;
}

/** Reads training data, piece by piece, and makes the step look that waits for it. */
export function startDataWorker(
  redis: Redis,
  log: Log,
  { file, data, most }: DataThreads,
  hurry: Advance,
): Running {
  const worker = new Worker(queues.data, file, {
    ...settings,
    connection: redis,
    prefix: keyPrefix,
    concurrency: most,
    useWorkerThreads: true,
    workerThreadsOptions: { workerData: data },
  });
  worker.on('completed', (job, word: unknown) => {
    if (word !== 'over') return;
    const { incident } = ScanJob.parse(job.data);
    hurry(incident).catch((error: unknown) =>
      log.warn({ incident, error: String(error) }, 'the step looks at the data a little later'),
    );
  });
  return closing([watched(worker, log)]);
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

/** `Worker.close` waits for current jobs without a limit; past the grace they are left to the next worker. */
function closing(workers: readonly Worker[]): Running {
  return {
    close: async (graceMs) => {
      const inTime = await Promise.race([
        Promise.all(workers.map((worker) => worker.close())).then(() => true),
        elapsed(graceMs),
      ]);
      if (!inTime) await Promise.all(workers.map((worker) => worker.close(true)));
    },
  };
}

function elapsed(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), ms).unref());
}
