import type { Redis } from 'ioredis';
import type { FailingJob, FailingJobs } from '../incidents/failing-jobs.ts';

const jobsKey = (cause: string): string => `{relight}:failing:${cause}`;
const outageKey = (cause: string): string => `{relight}:outage:${cause}`;
const boardKey = (job: string): string => `{relight}:outage-of:${job}`;

/** After so long without a further failure, the next one is another matter. */
const quietMs = 30 * 60_000;
const keptMs = 7 * 24 * 3_600_000;

/** KEYS outage; ARGV the incident whose time is over: another one may have taken its place. */
const dropScript = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end`;

/** Jobs that failed lately, each under its cause and at the time of its failure. */
export function createFailingJobs(redis: Redis): FailingJobs {
  return {
    note: async (cause, { job, at }, windowMs) => {
      const key = jobsKey(cause);
      await redis.zadd(key, at, job);
      await redis.pexpire(key, keptMs);
      const found = await redis.zrangebyscore(key, at - windowMs, at + windowMs, 'WITHSCORES');
      const outage = await redis.get(outageKey(cause));
      if (outage !== null) await redis.pexpire(outageKey(cause), quietMs);
      return { jobs: pairs(found), outage: outage ?? undefined };
    },
    claim: async (cause, incident) => {
      const before = await redis.set(outageKey(cause), incident, 'PX', quietMs, 'NX', 'GET');
      return before ?? incident;
    },
    over: async (cause, incident) => {
      await redis.eval(dropScript, 1, outageKey(cause), incident);
    },
    outageOf: async (job) => (await redis.get(boardKey(job))) ?? undefined,
    putOn: async (job, incident) => {
      await redis.set(boardKey(job), incident, 'PX', keptMs);
    },
  };
}

/** Member and score by turns. */
function pairs(found: readonly string[]): readonly FailingJob[] {
  return found.flatMap((job, index) => (index % 2 === 0 ? [{ job, at: Number(found[index + 1]) }] : []));
}
