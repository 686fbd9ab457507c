import { DelayedError, type Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Log } from '../log.ts';
import type { Deliver } from '../outbox/deliver.ts';
import type { SendPage } from '../paging/send-page.ts';
import { canaryName } from './canary.ts';
import { DeliverJob, PageJob, queues, StepJob } from './jobs.ts';
import type { Payloads } from './payloads.ts';
import { runStep } from './steps/run-step.ts';
import type { RunDeps } from './steps/step-run.ts';
import {
  closing,
  createSlots,
  type Running,
  settings,
  throwWithoutSecrets,
  watched,
} from './watched-worker.ts';

type Process<D> = (data: D, job: Job, signal: AbortSignal) => Promise<number>;

/** A worker whose jobs may return the milliseconds after which to run again. */
export function start<D>(
  redis: Redis,
  log: Log,
  name: string,
  concurrency: number,
  parse: (data: unknown) => D,
  process: Process<D>,
): Running {
  const slots = createSlots(concurrency);
  const worker = new Worker(
    name,
    async (job, token, signal) => {
      if (job.name === canaryName) return;
      const stop = signal ?? new AbortController().signal;
      const afterMs = await slots
        .hold(async () => process(parse(job.data), job, stop))
        .catch(throwWithoutSecrets);
      if (afterMs === 0) return;
      // A long wait does not occupy a worker: the job returns to the queue as delayed.
      await job.moveToDelayed(Date.now() + afterMs, token);
      throw new DelayedError();
    },
    { ...settings, connection: redis, concurrency },
  );
  return closing({ worker: watched(worker, log), slots });
}

/**
 * Enough that a few long copies do not block other incidents, and few enough that the process still takes in alarms
 * during a storm: with 10, the slowest of 100 alarms took half as long again.
 */
const stepsAtOnce = 6;

export function startStepWorker(redis: Redis, deps: RunDeps, payloads: Payloads): Running {
  return start(
    redis,
    deps.log,
    queues.steps,
    stepsAtOnce,
    (data) => StepJob.parse(payloads.open(queues.steps, data)),
    async (data, job, signal) => {
      const outcome = await runStep(deps, data, signal);
      if (outcome.kind === 'over') return 0;
      await job.updateData(payloads.prove(queues.steps, { ...data, failures: outcome.failures }));
      return outcome.afterMs;
    },
  );
}

/** `redis` must wait for Redis to come back. */
export interface WorkerServices {
  readonly redis: Redis;
  readonly log: Log;
  readonly payloads: Payloads;
}

/** Pages of many incidents must not wait for a tool that answers late. */
const pagesAtOnce = 10;

export function startPageWorker({ redis, log, payloads }: WorkerServices, sendPage: SendPage): Running {
  return start(
    redis,
    log,
    queues.pages,
    pagesAtOnce,
    (data) => PageJob.parse(payloads.open(queues.pages, data)),
    async (page, job, signal) => {
      const { failures } = page;
      const afterMs = await sendPage(page, failures, signal);
      if (afterMs > 0)
        await job.updateData(payloads.prove(queues.pages, { ...page, failures: failures + 1 }));
      return afterMs;
    },
  );
}

export function startMessageWorker({ redis, log, payloads }: WorkerServices, deliver: Deliver): Running {
  return start(
    redis,
    log,
    queues.messages,
    4,
    (data) => DeliverJob.parse(payloads.open(queues.messages, data)),
    async ({ incident }) => deliver(incident),
  );
}
