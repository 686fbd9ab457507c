import type { Redis } from 'ioredis';
import { type FailingJob, type FailingJobs, sharedCauses } from '../incidents/outage/failing-jobs.ts';
import { key } from './keys.ts';

const jobsKey = (cause: string): string => key('failing', cause);
const outageKey = (cause: string): string => key('outage', cause);
const outageOfKey = (job: string): string => key('outage-of', job);
const causeKey = (job: string): string => key('settled-cause', job);

/** An outage ends this long after its last failure; the next failure then starts a new one. */
const quietMs = 30 * 60_000;
const keptMs = 7 * 24 * 3_600_000;

/** Compare-and-delete, since another incident may have claimed the outage. KEYS outage; ARGV incident. */
const releaseScript = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end`;

const causes = [...new Set(Object.values(sharedCauses))];

/** Removes the job from all other causes. KEYS cause of the job, jobs of other causes…; ARGV cause, at, kept, job. */
const recordCauseScript = `
local before = redis.call('HMGET', KEYS[1], 'at')
if before[1] and tonumber(before[1]) > tonumber(ARGV[2]) then return 0 end
redis.call('HSET', KEYS[1], 'cause', ARGV[1], 'at', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
for i = 2, #KEYS do redis.call('ZREM', KEYS[i], ARGV[4]) end
return 1`;

/** Recently failed jobs, by cause and time of failure. */
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
      const keys = [causeKey(job), ...causes.filter((one) => one !== cause).map(jobsKey)];
      await redis.eval(recordCauseScript, keys.length, ...keys, cause ?? '', at, keptMs, job);
    },
    recordedCause: async (job) => {
      const cause = await redis.hget(causeKey(job), 'cause');
      return cause === null ? undefined : { cause: cause === '' ? undefined : cause };
    },
    claim: async (cause, incident) => {
      const before = await redis.set(outageKey(cause), incident, 'PX', quietMs, 'NX', 'GET');
      return before ?? incident;
    },
    release: async (cause, incident) => void (await redis.eval(releaseScript, 1, outageKey(cause), incident)),
    outageOf: async (job) => (await redis.get(outageOfKey(job))) ?? undefined,
    assign: async (job, incident) => void (await redis.set(outageOfKey(job), incident, 'PX', keptMs)),
  };
}

/** Parses Redis's flat list of members and scores. */
function pairs(found: readonly string[]): readonly FailingJob[] {
  return found.flatMap((job, index) => (index % 2 === 0 ? [{ job, at: Number(found[index + 1]) }] : []));
}
