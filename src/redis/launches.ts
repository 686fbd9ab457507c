import type { Redis } from 'ioredis';

const key = '{relight}:launched-jobs';

/** Which incident launched a job: when that job fails too, it is the same trouble and goes on in the same thread. */
export interface Launches {
  /** Noted before the launch, so that no failure of the job can come first. */
  readonly note: (job: string, incident: string) => Promise<void>;
  readonly incidentOf: (job: string) => Promise<string | undefined>;
}

export function createLaunches(redis: Redis): Launches {
  return {
    note: async (job, incident) => {
      await redis.hset(key, job, incident);
    },
    incidentOf: async (job) => (await redis.hget(key, job)) ?? undefined,
  };
}
