import { setTimeout as pause } from 'node:timers/promises';
import { asOpsError } from '../../errors.ts';
import type { Warnings } from '../../incidents/intake/warnings.ts';
import type { Log } from '../../log.ts';
import { type CompleteCheckpoint, isTraining, type RpoReport, rpoStatus, type WatchedJob } from './rpo.ts';
import { type UnreadableJob, unreadableReports } from './unreadable-jobs.ts';

/** Counts consecutive looks at which a job's checkpoints could not be read. */
export interface UnreadableLooks {
  readonly add: (job: string, at: number) => Promise<{ readonly since: number; readonly looks: number }>;
  readonly clear: (job: string) => Promise<void>;
}

export interface WatchedTier {
  /** Rank 0 is checked first. */
  readonly rank: number;
  readonly rpoMinutes: number;
}

export interface RpoWatchDeps {
  /** The running training jobs; `cut`: there are more. */
  readonly runningJobs: () => Promise<{
    readonly found: readonly { readonly name: string; readonly createdAt: number }[];
    readonly cut: boolean;
  }>;
  readonly describe: (job: string) => Promise<WatchedJob>;
  /** Implemented in `checkpoints/grading/newest-complete.ts`; `known` is its result from an earlier pass. */
  readonly newest: (
    job: WatchedJob,
    known: CompleteCheckpoint | undefined,
  ) => Promise<CompleteCheckpoint | undefined>;
  readonly tierOf: (job: string) => WatchedTier | undefined;
  readonly report: (report: RpoReport) => Promise<void>;
  readonly warnings: Warnings;
  readonly unreadable: UnreadableLooks;
  readonly now: () => number;
  readonly log: Log;
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

/** State shared by all jobs of one pass. */
interface Pass {
  readonly startedAt: number;
  /** Jobs with an open warning that Relight may close automatically. */
  readonly warned: ReadonlySet<string>;
  /** The newest complete checkpoint by job, so that each checkpoint is read only once. */
  readonly known: Map<string, CompleteCheckpoint>;
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
  for (const unreadable of unreadableReports(missed)) await report(deps, unreadable);
  await clearEnded(deps, pass, new Set(found.map(({ name }) => name)));
}

/** The jobs to check, most urgent tier first. A job younger than its RPO cannot have missed it. */
function dueOf(
  { tierOf }: RpoWatchDeps,
  found: readonly { readonly name: string; readonly createdAt: number }[],
  { startedAt }: Pass,
): Due[] {
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

interface JobReading {
  readonly job: WatchedJob;
  readonly newest?: CompleteCheckpoint;
}

async function readJob(
  { describe, newest: find }: RpoWatchDeps,
  { known }: Pass,
  name: string,
): Promise<JobReading> {
  const job = await describe(name);
  const newest = isTraining(job) ? await find(job, known.get(name)) : undefined;
  if (newest === undefined) return { job };
  known.set(name, newest);
  return { job, newest };
}

async function evaluate(
  deps: RpoWatchDeps,
  { warned }: Pass,
  { job, newest, tier }: JobReading & Pick<Due, 'tier'>,
): Promise<void> {
  const { name } = job;
  await deps.unreadable.clear(name);
  const status = rpoStatus(job, newest, tier.rpoMinutes, deps.now());
  if ('alarm' in status) await report(deps, { job: name, kind: 'checkpoints_stopped', alarm: status.alarm });
  if ('safe' in status && warned.has(name)) await deps.warnings.resolve(name, status.safe);
}

/** A report that cannot be recorded now is recorded by the next pass. */
async function report({ report, log }: RpoWatchDeps, rpoReport: RpoReport): Promise<void> {
  await report(rpoReport).catch((error: unknown) =>
    log.warn(
      { job: rpoReport.job, error: asOpsError(error).line },
      'a report of the RPO watch could not be recorded',
    ),
  );
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
