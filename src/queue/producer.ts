import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Log } from '../log.ts';
import {
  type FallbackJob,
  fallbackJobId,
  fallbackJobName,
  kept,
  type PageJob,
  pageJobId,
  queues,
  type StepJob,
  stepJobId,
} from './jobs.ts';
import type { Payloads } from './payloads.ts';
import { createTelemetry } from './telemetry.ts';
import { openQueue } from './watched-worker.ts';

/** Adds work to the queues. Adding the same work twice has no further effect. */
export interface Producer {
  readonly step: (job: Omit<StepJob, 'failures'>) => Promise<void>;
  /** Promotes a delayed job, because the event it waits for has happened. */
  readonly wake: (job: Omit<StepJob, 'failures'>) => Promise<void>;
  /** Adds the job again even if a finished one with its ID is still kept; returns true if it did. For the sweep. */
  readonly revive: (job: Omit<StepJob, 'failures'>) => Promise<boolean>;
  /** Updates the incident's messages in Slack. Many calls at once cause one delivery. */
  readonly deliver: (incident: string) => Promise<void>;
  /** Adds the page, also if a finished job with its ID is still kept. */
  readonly page: (page: Omit<PageJob, 'failures'>) => Promise<void>;
  /** Adds a message past Slack, unless one with its key is kept. */
  readonly fallback: (message: Omit<FallbackJob, 'failures'>) => Promise<void>;
  /** Removes old failed jobs: earlier versions kept them forever. */
  readonly trim: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Failed jobs at least this old are removed, so many at a time. */
const failedForMs = 7 * 24 * 3_600_000;
const trimmedAtOnce = 1_000;

export function createProducer(redis: Redis, log: Log, payloads: Payloads): Producer {
  const telemetry = createTelemetry(payloads);
  const steps = openQueue(redis, log, queues.steps, telemetry);
  const messages = openQueue(redis, log, queues.messages, telemetry);
  const pages = openQueue(redis, log, queues.pages, telemetry);

  const step: Producer['step'] = async (job) => {
    await steps.add('step', payloads.prove(queues.steps, job), {
      ...kept,
      jobId: stepJobId({ ...job, failures: 0 }),
    });
  };

  return {
    step,
    wake: async (job) => {
      const waiting = await steps.getJob(stepJobId({ ...job, failures: 0 }));
      if ((await waiting?.getState()) !== 'delayed') return;
      // A worker may have taken it between the two calls; then it is already running.
      await waiting?.promote().catch(() => undefined);
    },
    revive: async (job) => {
      if (!(await makeRoom(steps, stepJobId({ ...job, failures: 0 })))) return false;
      await step(job);
      return true;
    },
    page: async (page) => addAgain(pages, 'page', payloads.prove(queues.pages, page), pageJobId(page)),
    fallback: async (message) =>
      addAgain(pages, fallbackJobName, payloads.prove(queues.pages, message), fallbackJobId(message)),
    deliver: async (incident) => {
      // While a delivery runs, only the latest call is kept, to run after it: a burst of changes costs two renders.
      await messages.add('deliver', payloads.prove(queues.messages, { incident }), {
        ...kept,
        removeOnComplete: true,
        deduplication: { id: incident, keepLastIfActive: true },
      });
    },
    trim: async () => {
      for (const queue of [steps, messages, pages]) await queue.clean(failedForMs, trimmedAtOnce, 'failed');
    },
    close: async () => void (await Promise.all([steps.close(), messages.close(), pages.close()])),
  };
}

/** Adds the job, also if a finished one with its ID is still kept. */
async function addAgain(queue: Queue, name: string, data: object, jobId: string): Promise<void> {
  if (await makeRoom(queue, jobId)) await queue.add(name, data, { ...kept, jobId });
}

/** `unknown`: a worker wrote to a job that Redis had lost. What is left of it is in no list, so nobody would run it. */
const over: ReadonlySet<string> = new Set(['completed', 'failed', 'unknown']);

/** Removes a finished job with this ID; false if one waits or runs. */
async function makeRoom(queue: Queue, id: string): Promise<boolean> {
  const existing = await queue.getJob(id);
  if (existing !== undefined && !over.has(await existing.getState())) return false;
  await existing?.remove();
  return true;
}
