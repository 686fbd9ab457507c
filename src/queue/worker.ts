import { DelayedError, type Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { asOpsError, type OpsErrorCode } from '../errors.ts';
import { createRareWarnings, type Log, type Warn } from '../log.ts';
import type { Deliver } from '../outbox/deliver.ts';
import type { SendFallback } from '../paging/fallback/send-fallback.ts';
import type { SendPage } from '../paging/send-page.ts';
import { markFailed } from '../tracing/span.ts';
import { canaryName } from './canary.ts';
import { annotateJob, inJobSpan } from './job-span.ts';
import { DeliverJob, FallbackJob, fallbackJobName, PageJob, queues, StepJob } from './jobs.ts';
import type { Payloads } from './payloads.ts';
import { runStep } from './steps/run-step.ts';
import type { RunDeps } from './steps/step-run.ts';
import { createTelemetry } from './telemetry.ts';
import {
  closing,
  createSlots,
  type Running,
  settings,
  throwWithoutSecrets,
  watched,
} from './watched-worker.ts';

type Process<D> = (data: D, job: Job, signal: AbortSignal) => Promise<number>;

/**
 * A worker whose jobs may return the milliseconds after which to run again. With `payloads`, a job continues the trace of
 * what queued it.
 */
export function start<D>(
  { redis, log, payloads }: Pick<WorkerServices, 'redis' | 'log'> & Partial<WorkerServices>,
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
        .hold(async () => inJobSpan(name, async () => process(parse(job.data), job, stop)))
        .catch(throwWithoutSecrets);
      if (afterMs === 0) return;
      // A long wait does not occupy a worker: the job returns to the queue as delayed.
      await job.moveToDelayed(Date.now() + afterMs, token);
      throw new DelayedError();
    },
    {
      ...settings,
      connection: redis,
      concurrency,
      ...(payloads && { telemetry: createTelemetry(payloads) }),
    },
  );
  return closing({ worker: watched(worker, log), slots, redis });
}

/** The payload of a job, whose ids its span says. */
function opened(payloads: Payloads, queue: string, data: unknown): unknown {
  const payload = payloads.open(queue, data);
  annotateJob(payload);
  return payload;
}

/**
 * Enough that a few long copies do not block other incidents, and few enough that the process still takes in alarms
 * during a storm: with 10, the slowest of 100 alarms took half as long again.
 */
const stepsAtOnce = 6;

export function startStepWorker(redis: Redis, deps: RunDeps, payloads: Payloads): Running {
  return start(
    { redis, log: deps.log, payloads },
    queues.steps,
    stepsAtOnce,
    (data) => StepJob.parse(opened(payloads, queues.steps, data)),
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

interface Queued extends Pick<WorkerServices, 'payloads'> {
  readonly job: Job;
}

/** Both are optional: without a way out, nothing is queued for it. */
interface PageWork {
  readonly sendPage?: SendPage | undefined;
  readonly sendFallback?: SendFallback | undefined;
}

export function startPageWorker(
  { redis, log, payloads }: WorkerServices,
  { sendPage, sendFallback }: PageWork,
): Running {
  return start(
    { redis, log, payloads },
    queues.pages,
    pagesAtOnce,
    (data) => opened(payloads, queues.pages, data),
    async (data, job, signal) => {
      if (job.name === fallbackJobName) {
        const message = FallbackJob.parse(data);
        return retried({ job, payloads }, message, sendFallback?.(message, message.failures, signal));
      }
      const page = PageJob.parse(data);
      return retried({ job, payloads }, page, sendPage?.(page, page.failures, signal));
    },
  );
}

async function retried(
  { job, payloads }: Queued,
  data: { readonly failures: number },
  sending: Promise<number> | undefined,
): Promise<number> {
  const afterMs = (await sending) ?? 0;
  if (afterMs > 0)
    await job.updateData(payloads.prove(queues.pages, { ...data, failures: data.failures + 1 }));
  return afterMs;
}

export function startMessageWorker({ redis, log, payloads }: WorkerServices, deliver: Deliver): Running {
  const warn = createRareWarnings(log, Date.now);
  return start(
    { redis, log, payloads },
    queues.messages,
    4,
    (data) => DeliverJob.parse(opened(payloads, queues.messages, data)),
    async (data, job) => deliverOrRetry(deliver, data, { job, payloads }, warn),
  );
}

const [firstRetryMs, maxRetryMs] = [1_000, 60_000];
/** Nothing can be shown until the journal can be read again, and then the thread watch queues it. */
const notShowable: ReadonlySet<OpsErrorCode> = new Set([
  'incident-unknown',
  'incident-archived',
  'journal-unreadable',
  'journal-forged',
]);

/** A thread that fails for a reason of its own stays one delayed job, so that no failed jobs pile up. */
async function deliverOrRetry(
  deliver: Deliver,
  { incident, failures }: DeliverJob,
  { job, payloads }: Queued,
  warn: Warn,
): Promise<number> {
  try {
    return await deliver(incident);
  } catch (thrown) {
    const error = asOpsError(thrown);
    markFailed(error);
    warn(`a thread could not be delivered: ${error.code}`, { incident, error: error.line });
    if (notShowable.has(error.code)) return 0;
    await job.updateData(payloads.prove(queues.messages, { incident, failures: failures + 1 }));
    return Math.min(maxRetryMs, firstRetryMs * 2 ** Math.min(failures, 10));
  }
}
