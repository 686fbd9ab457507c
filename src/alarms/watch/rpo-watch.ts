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
  /** 0 is looked at first. */
  readonly rank: number;
  readonly rpoMinutes: number;
}

/** What the watch stands on; the composition root joins it. */
export interface RpoWatchDeps {
  /** The training jobs that go on; `cut`: there are more. */
  readonly runningJobs: () => Promise<{
    readonly found: readonly { readonly name: string; readonly createdAt: number }[];
    readonly cut: boolean;
  }>;
  readonly describe: (job: string) => Promise<WatchedJob>;
  /** `playbooks/checkpoints/newest-complete.ts`; `known` is what it answered at an earlier look. */
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
  /** DescribeTrainingJob is shared by the whole account. */
  readonly betweenJobsMs?: number;
}

export interface RpoWatch {
  /** One look at every running job. To be called every few minutes, by one process among all. */
  readonly look: () => Promise<void>;
}

interface Due {
  readonly name: string;
  readonly tier: WatchedTier;
}

/** What is the same for all jobs of one look. */
interface Look {
  readonly startedAt: number;
  /** Jobs with a warning that ends by itself. */
  readonly warned: ReadonlySet<string>;
  /** By job, so that a checkpoint is read once, however often it is looked at. */
  readonly known: Map<string, CompleteCheckpoint>;
}

/** Four a second; more jobs than this would take longer than the time until the next look. */
const defaultBetweenJobsMs = 250;
const maxJobs = 500;

/**
 * SageMaker's copy of checkpoints to S3 has silently stopped for days: https://github.com/aws/sagemaker-python-sdk/issues/3062.
 * So their age is watched while the job runs, and not only asked for when it has failed.
 */
export function createRpoWatch(parts: RpoWatchDeps): RpoWatch {
  const known = new Map<string, CompleteCheckpoint>();
  return {
    look: async () => {
      try {
        await lookAtAll(parts, { startedAt: parts.now(), warned: await parts.warnings.jobs(), known });
      } catch (error) {
        parts.log.error({ error: asOpsError(error).line }, 'the checkpoints of running jobs are not watched');
      }
    },
  };
}

async function lookAtAll(parts: RpoWatchDeps, look: Look): Promise<void> {
  const { found, cut } = await parts.runningJobs();
  const due = dueOf(parts, found, look);
  if (cut || due.length > maxJobs)
    parts.log.warn({ watched: maxJobs }, 'more jobs run than can be watched: the most urgent are');
  const missed = await lookAtEach(parts, look, due.slice(0, maxJobs));
  for (const unreadable of unreadableReports(missed)) await report(parts, unreadable);
  await clearEnded(parts, look, new Set(found.map(({ name }) => name)));
}

/** A job that is younger than its RPO cannot have broken it: it is not even asked for. The most urgent tier first. */
function dueOf(
  { tierOf }: RpoWatchDeps,
  found: readonly { readonly name: string; readonly createdAt: number }[],
  { startedAt }: Look,
): Due[] {
  return found
    .flatMap(({ name, createdAt }): Due[] => {
      const tier = tierOf(name);
      return tier !== undefined && startedAt - createdAt > tier.rpoMinutes * 60_000 ? [{ name, tier }] : [];
    })
    .toSorted((one, other) => one.tier.rank - other.tier.rank);
}

/** One job that cannot be read must not keep the others waiting. */
async function lookAtEach(parts: RpoWatchDeps, look: Look, due: readonly Due[]): Promise<UnreadableJob[]> {
  const { unreadable, log, betweenJobsMs = defaultBetweenJobsMs } = parts;
  const missed: UnreadableJob[] = [];
  for (const { name: job, tier } of due) {
    const read = await readJob(parts, look, job).catch(asOpsError);
    if ('code' in read) {
      const row = await unreadable.add(job, look.startedAt);
      log.warn({ job, looks: row.looks, error: read.line }, 'its checkpoints cannot be read');
      missed.push({ job, error: read, ...row });
    } else await act(parts, look, { ...read, tier });
    await pause(betweenJobsMs);
  }
  return missed;
}

interface Read {
  readonly job: WatchedJob;
  readonly newest?: CompleteCheckpoint;
}

async function readJob(
  { describe, newest: find }: RpoWatchDeps,
  { known }: Look,
  name: string,
): Promise<Read> {
  const job = await describe(name);
  const newest = isTraining(job) ? await find(job, known.get(name)) : undefined;
  if (newest === undefined) return { job };
  known.set(name, newest);
  return { job, newest };
}

async function act(
  parts: RpoWatchDeps,
  { warned }: Look,
  { job, newest, tier }: Read & Pick<Due, 'tier'>,
): Promise<void> {
  const { name } = job;
  await parts.unreadable.clear(name);
  const verdict = rpoStatus(job, newest, tier.rpoMinutes, parts.now());
  if ('alarm' in verdict)
    await report(parts, { job: name, kind: 'checkpoints_stopped', alarm: verdict.alarm });
  if ('calm' in verdict && warned.has(name)) await parts.warnings.resolve(name, verdict.calm);
}

/** What cannot be recorded now is recorded at the next look. */
async function report({ report, log }: RpoWatchDeps, told: RpoReport): Promise<void> {
  await report(told).catch((error: unknown) =>
    log.warn({ job: told.job, error: asOpsError(error).line }, 'a report of the RPO watch was not recorded'),
  );
}

/** What is left of jobs that have ended. One that failed is reported by whoever reports failures. */
async function clearEnded(
  { describe, warnings, log }: RpoWatchDeps,
  { known, warned }: Look,
  running: ReadonlySet<string>,
): Promise<void> {
  for (const name of known.keys()) if (!running.has(name)) known.delete(name);
  for (const name of warned) {
    if (running.has(name)) continue;
    try {
      if ((await describe(name)).status === 'Completed') await warnings.resolve(name, 'it has completed');
    } catch (error) {
      log.warn({ job: name, error: asOpsError(error).line }, 'the end of a job cannot be read');
    }
  }
}
