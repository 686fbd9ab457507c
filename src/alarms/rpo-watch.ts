import { setTimeout as pause } from 'node:timers/promises';
import { asOpsError, type OpsError } from '../errors.ts';
import type { Report } from '../incidents/intake.ts';
import type { Warnings } from '../incidents/warnings.ts';
import type { Log } from '../log.ts';
import { type Complete, isTraining, judge, type WatchedJob } from './rpo.ts';
import { type Missed, unreadableReports } from './unreadable.ts';

/** Counts the looks in a row at which a job could not be read; `queue/unreadable.ts` keeps them. */
export interface Unreadable {
  readonly add: (job: string, at: number) => Promise<{ readonly since: number; readonly looks: number }>;
  readonly clear: (job: string) => Promise<void>;
}

export interface WatchedTier {
  /** 0 is looked at first. */
  readonly rank: number;
  readonly rpoMinutes: number;
}

export interface RpoWatchParts {
  /** The training jobs that go on; `cut`: there are more. */
  readonly runningJobs: () => Promise<{
    readonly found: readonly { readonly name: string; readonly createdAt: number }[];
    readonly cut: boolean;
  }>;
  readonly describe: (job: string) => Promise<WatchedJob>;
  /** `playbooks/checkpoints/newest-complete.ts`; `known` is what it answered at an earlier look. */
  readonly newest: (job: WatchedJob, known: Complete | undefined) => Promise<Complete | undefined>;
  readonly tierOf: (job: string) => WatchedTier | undefined;
  readonly report: (report: Omit<Report, 'plan' | 'by'>) => Promise<void>;
  readonly warnings: Warnings;
  readonly unreadable: Unreadable;
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
  readonly known: Map<string, Complete>;
}

/** Four a second; more jobs than this would take longer than the time until the next look. */
const defaultBetweenJobsMs = 250;
const mostJobs = 500;

export function createRpoWatch(parts: RpoWatchParts): RpoWatch {
  const known = new Map<string, Complete>();
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

async function lookAtAll(parts: RpoWatchParts, look: Look): Promise<void> {
  const { found, cut } = await parts.runningJobs();
  const due = dueOf(parts, found, look);
  if (cut || due.length > mostJobs)
    parts.log.warn({ watched: mostJobs }, 'more jobs run than can be watched: the most urgent are');
  const missed: Missed[] = [];
  for (const job of due.slice(0, mostJobs)) {
    const miss = await lookAt(parts, look, job);
    if (miss !== undefined) missed.push(miss);
    await pause(parts.betweenJobsMs ?? defaultBetweenJobsMs);
  }
  for (const report of unreadableReports(missed)) await tell(parts, report);
  const running = new Set(found.map(({ name }) => name));
  for (const name of look.known.keys()) if (!running.has(name)) look.known.delete(name);
  for (const name of look.warned) if (!running.has(name)) await calmIfCompleted(parts, name);
}

/** A job that is younger than its RPO cannot have broken it: it is not even asked for. The most urgent tier first. */
function dueOf(
  { tierOf }: RpoWatchParts,
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
async function lookAt(parts: RpoWatchParts, look: Look, due: Due): Promise<Missed | undefined> {
  const read = await readJob(parts, look, due).catch(asOpsError);
  if ('code' in read) return miss(parts, look, due, read);
  await parts.unreadable.clear(due.name);
  const verdict = judge(read.job, read.newest, due.tier.rpoMinutes, parts.now());
  if ('alarm' in verdict)
    await tell(parts, { job: due.name, kind: 'checkpoints_stopped', alarm: verdict.alarm });
  if ('calm' in verdict && look.warned.has(due.name)) await parts.warnings.calm(due.name, verdict.calm);
  return undefined;
}

async function readJob(
  { describe, newest: find }: RpoWatchParts,
  { known }: Look,
  { name }: Due,
): Promise<{ readonly job: WatchedJob; readonly newest?: Complete }> {
  const job = await describe(name);
  const newest = isTraining(job) ? await find(job, known.get(name)) : undefined;
  if (newest === undefined) return { job };
  known.set(name, newest);
  return { job, newest };
}

async function miss(
  { unreadable, log }: RpoWatchParts,
  { startedAt }: Look,
  { name }: Due,
  error: OpsError,
): Promise<Missed> {
  const missed = await unreadable.add(name, startedAt);
  log.warn({ job: name, looks: missed.looks, error: error.line }, 'its checkpoints cannot be read');
  return { job: name, error, ...missed };
}

/** What cannot be recorded now is recorded at the next look. */
async function tell(
  { report, log }: RpoWatchParts,
  told: Parameters<RpoWatchParts['report']>[0],
): Promise<void> {
  await report(told).catch((error: unknown) =>
    log.warn({ job: told.job, error: asOpsError(error).line }, 'a report of the RPO watch was not recorded'),
  );
}

/** Nothing can be lost any more. One that failed is reported by whoever reports failures. */
async function calmIfCompleted({ describe, warnings, log }: RpoWatchParts, name: string): Promise<void> {
  try {
    const { status } = await describe(name);
    if (status === 'Completed') await warnings.calm(name, 'it has completed');
  } catch (error) {
    log.warn({ job: name, error: asOpsError(error).line }, 'the end of a job cannot be read');
  }
}
