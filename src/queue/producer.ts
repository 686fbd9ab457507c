import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Log } from '../log.ts';
import { keyPrefix } from '../redis/keys.ts';
import { kept, queues, type StepJob, stepJobId } from './jobs.ts';

/** Puts work on the queues. Adding the same work twice has one effect. */
export interface Producer {
  readonly step: (job: Omit<StepJob, 'failures'>) => Promise<void>;
  /** Runs the job now where it waits for its time: something has happened that it waits for. */
  readonly wake: (job: Omit<StepJob, 'failures'>) => Promise<void>;
  /** Adds the job again even where a finished one of its id is kept; true when it had to. For the reconciler. */
  readonly revive: (job: Omit<StepJob, 'failures'>) => Promise<boolean>;
  /** Brings the incident's messages in Slack up to its present state; many calls at once cost one delivery. */
  readonly deliver: (incident: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

export function createProducer(redis: Redis, log: Log): Producer {
  const open = (name: string): Queue => {
    const queue = new Queue(name, { connection: redis, prefix: keyPrefix, skipVersionCheck: true });
    queue.on('error', (error) => log.warn({ queue: name, error: error.message }, 'queue'));
    return queue;
  };
  const steps = open(queues.steps);
  const messages = open(queues.messages);

  const step: Producer['step'] = async (job) => {
    await steps.add('step', job, { ...kept, jobId: stepJobId({ ...job, failures: 0 }) });
  };

  return {
    step,
    wake: async (job) => {
      const waiting = await steps.getJob(stepJobId({ ...job, failures: 0 }));
      if ((await waiting?.getState()) !== 'delayed') return;
      // A worker may have taken it between the two calls: then it runs already.
      await waiting?.promote().catch(() => undefined);
    },
    revive: async (job) => {
      const id = stepJobId({ ...job, failures: 0 });
      const existing = await steps.getJob(id);
      const state = await existing?.getState();
      if (existing !== undefined && state !== 'completed' && state !== 'failed') return false;
      await existing?.remove();
      await step(job);
      return true;
    },
    deliver: async (incident) => {
      // While a delivery runs, only the last further call is kept and runs after it: a burst of changes costs two renders.
      await messages.add(
        'deliver',
        { incident },
        { ...kept, removeOnComplete: true, deduplication: { id: incident, keepLastIfActive: true } },
      );
    },
    close: async () => {
      await Promise.all([steps.close(), messages.close()]);
    },
  };
}
