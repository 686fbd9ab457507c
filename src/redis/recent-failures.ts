import type { Redis } from 'ioredis';
import { type FailingJob, type FailingJobs, sharedCauses } from '../incidents/outage/failing-jobs.ts';
import { key } from './keys.ts';

const jobsKey = (cause: string): string => key('failing', cause);
const outageKey = (cause: string): string => key('outage', cause);
const boardKey = (job: string): string => key('outage-of', job);
const settledKey = (job: string): string => key('settled-cause', job);

/** After so long without a further failure, the next one is another matter. */
const quietMs = 30 * 60_000;
const keptMs = 7 * 24 * 3_600_000;

/** KEYS outage; ARGV the incident whose time is over: another one may have taken its place. */
const dropScript = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end`;

const causes = [...new Set(Object.values(sharedCauses))];

/** Under every cause but its own the job is forgotten. KEYS settled, jobs of other causes…; ARGV cause, at, kept, job. */
const settleScript = `
local before = redis.call('HMGET', KEYS[1], 'at')
if before[1] and tonumber(before[1]) > tonumber(ARGV[2]) then return 0 end
redis.call('HSET', KEYS[1], 'cause', ARGV[1], 'at', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
for i = 2, #KEYS do redis.call('ZREM', KEYS[i], ARGV[4]) end
return 1`;

/** Jobs that failed lately, each under its cause and at the time of its failure. */
export function createFailingJobs(redis: Redis): FailingJobs {
  return {
    note: async (cause, { job, at }, windowMs) => {
      const failing = jobsKey(cause);
      await redis.zadd(failing, at, job);
      await redis.pexpire(failing, keptMs);
      const found = await redis.zrangebyscore(failing, at - windowMs, at + windowMs, 'WITHSCORES');
      const outage = await redis.get(outageKey(cause));
      if (outage !== null) await redis.pexpire(outageKey(cause), quietMs);
      return { jobs: pairs(found), outage: outage ?? undefined };
    },
    recordCause: async (job, cause, at) => {
      const keys = [settledKey(job), ...causes.filter((one) => one !== cause).map(jobsKey)];
      await redis.eval(settleScript, keys.length, ...keys, cause ?? '', at, keptMs, job);
    },
    recordedCause: async (job) => {
      const cause = await redis.hget(settledKey(job), 'cause');
      return cause === null ? undefined : { cause: cause === '' ? undefined : cause };
    },
    claim: async (cause, incident) => {
      const before = await redis.set(outageKey(cause), incident, 'PX', quietMs, 'NX', 'GET');
      return before ?? incident;
    },
    release: async (cause, incident) => {
      await redis.eval(dropScript, 1, outageKey(cause), incident);
    },
    outageOf: async (job) => (await redis.get(boardKey(job))) ?? undefined,
    assign: async (job, incident) => {
      await redis.set(boardKey(job), incident, 'PX', keptMs);
    },
  };
}

/** Member and score by turns. */
function pairs(found: readonly string[]): readonly FailingJob[] {
  return found.flatMap((job, index) => (index % 2 === 0 ? [{ job, at: Number(found[index + 1]) }] : []));
}
