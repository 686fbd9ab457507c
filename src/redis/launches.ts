import type { Redis } from 'ioredis';
import { key } from './keys.ts';

const jobsKey = key('launched-jobs');

/** Which incident launched a job: if that job fails too, its failure belongs in the same thread. */
export interface Launches {
  /** Call it before the launch, so that a failure of the job cannot arrive first. */
  readonly note: (job: string, incident: string) => Promise<void>;
  readonly incidentOf: (job: string) => Promise<string | undefined>;
}

export function createLaunches(redis: Redis): Launches {
  return {
    note: async (job, incident) => void (await redis.hset(jobsKey, job, incident)),
    incidentOf: async (job) => (await redis.hget(jobsKey, job)) ?? undefined,
  };
}
