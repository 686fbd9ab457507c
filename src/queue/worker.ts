import { DelayedError, type Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Log } from '../log.ts';
import type { Deliver } from '../outbox/deliver.ts';
import type { SendPage } from '../paging/send-page.ts';
import { DeliverJob, PageJob, queues, StepJob } from './jobs.ts';
import { runStep } from './steps/run-step.ts';
import type { RunDeps } from './steps/step-run.ts';
import { closing, type Running, settings, throwWithoutSecrets, watched } from './watched-worker.ts';

type Process<D> = (data: D, job: Job, signal: AbortSignal) => Promise<number>;

/** A worker whose jobs may return the milliseconds after which to run again. */
export function start<D>(
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
      const stop = signal ?? new AbortController().signal;
      const afterMs = await process(parse(job.data), job, stop).catch(throwWithoutSecrets);
      if (afterMs === 0) return;
      // A long wait does not occupy a worker: the job returns to the queue as delayed.
      await job.moveToDelayed(Date.now() + afterMs, token);
      throw new DelayedError();
    },
    { ...settings, connection: redis, concurrency },
  );
  return watched(worker, log);
}

/**
 * Enough that a few long copies do not block other incidents, and few enough that the process still takes in alarms
 * during a storm: with 10, the slowest of 100 alarms took half as long again.
 */
const stepsAtOnce = 6;

export function startStepWorker(redis: Redis, deps: RunDeps): Running {
  const worker = start(
    redis,
    deps.log,
    queues.steps,
    stepsAtOnce,
    (data) => StepJob.parse(data),
    async (data, job, signal) => {
      const outcome = await runStep(deps, data, signal);
      if (outcome.kind === 'over') return 0;
      await job.updateData({ ...data, failures: outcome.failures });
      return outcome.afterMs;
    },
  );
  return closing([worker]);
}

/** Pages of many incidents must not wait for a tool that answers late. */
const pagesAtOnce = 10;

export function startPageWorker(redis: Redis, log: Log, sendPage: SendPage): Running {
  const worker = start(
    redis,
    log,
    queues.pages,
    pagesAtOnce,
    (data) => PageJob.parse(data),
    async (page, job, signal) => {
      const { failures } = page;
      const afterMs = await sendPage(page, failures, signal);
      if (afterMs > 0) await job.updateData({ ...page, failures: failures + 1 });
      return afterMs;
    },
  );
  return closing([worker]);
}

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
