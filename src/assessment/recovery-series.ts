import { z } from 'zod';
import { type Chosen, strategyFor } from '../diagnosis/strategy.ts';
import { FailureKind } from '../ports/failure-kind.ts';
import type { TrainingJob } from '../ports/ports.ts';
import { Way } from './way-back.ts';

/** A job that failed and that no other job has replaced. */
export const FailedJob = z.object({
  job: z.string(),
  tier: z.string(),
  /** 0 for the tier that is recovered first. */
  rank: z.number().int(),
  rpoMinutes: z.number(),
  createdAt: z.number(),
  trainedUntil: z.number(),
  kind: FailureKind,
  /** The message of SageMaker or of the log, quoted. */
  evidence: z.string(),
  /** Whether a new job would get further than this one; if not, why. */
  relaunch: z.union([z.literal(true), z.object({ not: z.string() })]),
  /** Absent if the job has not been examined yet, or if an upload is still in flight. */
  way: Way.optional(),
});
export type FailedJob = z.infer<typeof FailedJob>;

/** By tier, and newest first within a tier. */
export function inRecoveryOrder<T extends Pick<FailedJob, 'rank' | 'createdAt' | 'job'>>(
  jobs: readonly T[],
): T[] {
  return jobs.toSorted(
    (one, other) =>
      one.rank - other.rank || other.createdAt - one.createdAt || (one.job < other.job ? -1 : 1),
  );
}

/** Whether relaunching the job helps. If the job itself is broken, it needs its own playbook first. */
export function relaunchHelps(
  kind: FailureKind,
  job: Pick<TrainingJob, 'checkpointUri'>,
): FailedJob['relaunch'] {
  const { strategy, why }: Chosen = strategyFor(kind, job);
  return strategy === 'resume_from_checkpoint' || strategy === 'restart_from_scratch' || { not: why };
}

/** The jobs to recover, one after the other. */
export function recoverySeries(jobs: readonly FailedJob[]): FailedJob[] {
  return inRecoveryOrder(jobs.filter(({ relaunch }) => relaunch === true));
}

/** The outcome of one job of the series. */
export interface Recovery {
  readonly job: string;
  /** The new job's failure, if it did not train. */
  readonly failed?: string;
}

export type NextInSeries =
  | { readonly next: FailedJob; readonly after: readonly FailedJob[] }
  | { readonly over: string };

/**
 * The first job that is neither done nor replaced. The series ends with the first new job that fails again: the others
 * would most likely fail too, and each costs money.
 */
export function nextInSeries(
  series: readonly FailedJob[],
  done: readonly Recovery[],
  replaced: ReadonlySet<string> = new Set(),
): NextInSeries {
  const again = done.find(({ failed }) => failed !== undefined);
  if (again !== undefined)
    return { over: `the series stops: ${again.job} failed again (${again.failed ?? ''})` };
  const left = series.filter(({ job }) => !replaced.has(job) && !done.some((one) => one.job === job));
  const [next, ...after] = left;
  return next === undefined ? { over: 'no job is left to recover' } : { next, after };
}
