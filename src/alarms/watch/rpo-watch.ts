import { setTimeout as pause } from 'node:timers/promises';
import type { CompleteCheckpoint } from '../../checkpoints/grading/newest-complete.ts';
import { asOpsError } from '../../errors.ts';
import type { JobSummary, Listed } from '../../ports/region.ts';
import { evaluate, type Pass, type RpoCheckDeps, readJob, reportTo, type WatchedTier } from './rpo-check.ts';
import { type UnreadableJob, unreadableReports } from './unreadable-jobs.ts';

type Running = Pick<JobSummary, 'name' | 'createdAt'>;

export interface RpoWatchDeps extends RpoCheckDeps {
  readonly runningJobs: () => Promise<Listed<Running>>;
  readonly tierOf: (job: string) => WatchedTier | undefined;
  /** The whole account shares one rate limit for DescribeTrainingJob. */
  readonly betweenJobsMs?: number;
}

export interface RpoWatch {
  /** Checks every running job once. Called every few minutes, by one process at a time. */
  readonly check: () => Promise<void>;
}

interface Due {
  readonly name: string;
  readonly tier: WatchedTier;
}

/** Four jobs per second: more than `maxJobs` would not finish before the next pass. */
const defaultBetweenJobsMs = 250;
const maxJobs = 500;

/**
 * Checks the age of checkpoints while jobs run, not only after a failure: SageMaker's copy of checkpoints to S3 has
 * silently stopped for days, https://github.com/aws/sagemaker-python-sdk/issues/3062.
 */
export function createRpoWatch(deps: RpoWatchDeps): RpoWatch {
  const known = new Map<string, CompleteCheckpoint>();
  return {
    check: async () => {
      try {
        await checkAll(deps, { startedAt: deps.now(), warned: await deps.warnings.jobs(), known });
      } catch (error) {
        deps.log.error({ error: asOpsError(error).line }, 'could not check the checkpoints of running jobs');
      }
    },
  };
}

async function checkAll(deps: RpoWatchDeps, pass: Pass): Promise<void> {
  const { found, cut } = await deps.runningJobs();
  const due = dueOf(deps, found, pass);
  if (cut || due.length > maxJobs)
    deps.log.warn({ watched: maxJobs }, 'too many running jobs: only the most urgent are watched');
  const missed = await checkEach(deps, pass, due.slice(0, maxJobs));
  for (const unreadable of unreadableReports(missed)) await reportTo(deps, unreadable);
  await clearEnded(deps, pass, new Set(found.map(({ name }) => name)));
}

/** The jobs to check, most urgent tier first. A job younger than its RPO cannot have missed it. */
function dueOf({ tierOf }: RpoWatchDeps, found: readonly Running[], { startedAt }: Pass): Due[] {
  return found
    .flatMap(({ name, createdAt }): Due[] => {
      const tier = tierOf(name);
      return tier !== undefined && startedAt - createdAt > tier.rpoMinutes * 60_000 ? [{ name, tier }] : [];
    })
    .toSorted((one, other) => one.tier.rank - other.tier.rank);
}

/** Keeps going after a job that cannot be read. */
async function checkEach(deps: RpoWatchDeps, pass: Pass, due: readonly Due[]): Promise<UnreadableJob[]> {
  const { unreadable, log, betweenJobsMs = defaultBetweenJobsMs } = deps;
  const missed: UnreadableJob[] = [];
  for (const { name: job, tier } of due) {
    const read = await readJob(deps, pass, job).catch(asOpsError);
    if ('code' in read) {
      const row = await unreadable.add(job, pass.startedAt);
      log.warn({ job, looks: row.looks, error: read.line }, 'cannot read the checkpoints of the job');
      missed.push({ job, error: read, ...row });
    } else await evaluate(deps, pass, { ...read, tier });
    await pause(betweenJobsMs);
  }
  return missed;
}

/** Forgets jobs that have ended and closes the warnings of completed ones. Failures are reported on other paths. */
async function clearEnded(
  { describe, warnings, log }: RpoWatchDeps,
  { known, warned }: Pass,
  running: ReadonlySet<string>,
): Promise<void> {
  for (const name of known.keys()) if (!running.has(name)) known.delete(name);
  for (const name of warned) {
    if (running.has(name)) continue;
    try {
      if ((await describe(name)).status === 'Completed') await warnings.resolve(name, 'the job completed');
    } catch (error) {
      log.warn({ job: name, error: asOpsError(error).line }, 'cannot read how the job ended');
    }
  }
}
