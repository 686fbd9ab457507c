import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Log } from '../log.ts';
import { kept, type PageJob, pageJobId, queues, type StepJob, stepJobId } from './jobs.ts';
import type { Payloads } from './payloads.ts';
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
  readonly close: () => Promise<void>;
}

export function createProducer(redis: Redis, log: Log, payloads: Payloads): Producer {
  const steps = openQueue(redis, log, queues.steps);
  const messages = openQueue(redis, log, queues.messages);
  const pages = openQueue(redis, log, queues.pages);

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
    page: async (page) => {
      const jobId = pageJobId(page);
      if (await makeRoom(pages, jobId))
        await pages.add('page', payloads.prove(queues.pages, page), { ...kept, jobId });
    },
    deliver: async (incident) => {
      // While a delivery runs, only the latest call is kept, to run after it: a burst of changes costs two renders.
      await messages.add('deliver', payloads.prove(queues.messages, { incident }), {
        ...kept,
        removeOnComplete: true,
        deduplication: { id: incident, keepLastIfActive: true },
      });
    },
    close: async () => {
      await Promise.all([steps.close(), messages.close(), pages.close()]);
    },
  };
}

/** Removes a finished job with this ID; false if one waits or runs. */
async function makeRoom(queue: Queue, id: string): Promise<boolean> {
  const existing = await queue.getJob(id);
  const state = await existing?.getState();
  if (existing !== undefined && state !== 'completed' && state !== 'failed') return false;
  await existing?.remove();
  return true;
}
