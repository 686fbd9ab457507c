import type { CompleteCheckpoint } from '../../checkpoints/grading/newest-complete.ts';
import { asOpsError } from '../../errors.ts';
import type { Warnings } from '../../incidents/intake/warnings.ts';
import type { Log } from '../../log.ts';
import type { TierOfJob } from '../../ports/region.ts';
import { trains } from '../../training-job/job-state.ts';
import { type RpoReport, rpoStatus, type WatchedJob } from './rpo.ts';

/** Counts consecutive looks at which a job's checkpoints could not be read. */
export interface UnreadableLooks {
  readonly add: (job: string, at: number) => Promise<{ readonly since: number; readonly looks: number }>;
  readonly clear: (job: string) => Promise<void>;
}

export type WatchedTier = Pick<TierOfJob, 'rank' | 'rpoMinutes'>;

export interface RpoCheckDeps {
  readonly describe: (job: string) => Promise<WatchedJob>;
  /** `known` is its result from an earlier pass. */
  readonly newest: (
    job: WatchedJob,
    known: CompleteCheckpoint | undefined,
  ) => Promise<CompleteCheckpoint | undefined>;
  readonly report: (report: RpoReport) => Promise<void>;
  readonly warnings: Warnings;
  readonly unreadable: UnreadableLooks;
  readonly now: () => number;
  readonly log: Log;
}

/** State shared by all jobs of one pass. */
export interface Pass {
  readonly startedAt: number;
  /** Jobs with an open warning that Relight may close automatically. */
  readonly warned: ReadonlySet<string>;
  /** The newest complete checkpoint by job, so that each checkpoint is read only once. */
  readonly known: Map<string, CompleteCheckpoint>;
}

interface JobReading {
  readonly job: WatchedJob;
  readonly newest?: CompleteCheckpoint;
}

/** Throws if the job or its checkpoints cannot be read. */
export async function readJob(
  { describe, newest: find }: RpoCheckDeps,
  { known }: Pass,
  name: string,
): Promise<JobReading> {
  const job = await describe(name);
  const newest = trains(job) ? await find(job, known.get(name)) : undefined;
  if (newest === undefined) return { job };
  known.set(name, newest);
  return { job, newest };
}

/** Compares the job with its RPO, and reports it or closes its warning. */
export async function evaluate(
  deps: RpoCheckDeps,
  { warned }: Pass,
  { job, newest, tier }: JobReading & { readonly tier: WatchedTier },
): Promise<void> {
  const { name } = job;
  await deps.unreadable.clear(name);
  const status = rpoStatus(job, newest, tier.rpoMinutes, deps.now());
  if ('alarm' in status)
    await reportTo(deps, { job: name, kind: 'checkpoints_stopped', alarm: status.alarm });
  if ('safe' in status && warned.has(name)) await deps.warnings.resolve(name, status.safe);
}

/** A report that cannot be recorded now is recorded by the next pass. */
export async function reportTo({ report, log }: RpoCheckDeps, broken: RpoReport): Promise<void> {
  await report(broken).catch((error: unknown) =>
    log.warn(
      { job: broken.job, error: asOpsError(error).line },
      'a report of the RPO watch could not be recorded',
    ),
  );
}
