import { z } from 'zod';
import { type Chosen, strategyFor } from '../diagnosis/strategy.ts';
import { FailureKind } from '../ports/failure-kind.ts';
import type { TrainingJob } from '../ports/ports.ts';
import { Way } from './way-back.ts';

/** A job that ended badly and that nothing has replaced. */
export const FailedJob = z.object({
  job: z.string(),
  tier: z.string(),
  /** 0 for the tier that is recovered first. */
  rank: z.number().int(),
  rpoMinutes: z.number(),
  createdAt: z.number(),
  trainedUntil: z.number(),
  kind: FailureKind,
  /** What SageMaker or the log said, quoted. */
  evidence: z.string(),
  /** Whether a new job would get further than this one; otherwise why not. */
  relaunch: z.union([z.literal(true), z.object({ not: z.string() })]),
  /** Absent where nobody has looked yet, or where an upload is still in flight. */
  way: Way.optional(),
});
export type FailedJob = z.infer<typeof FailedJob>;

/** Tier by tier, and the newest job first within one. */
export function inOrder<T extends Pick<FailedJob, 'rank' | 'createdAt' | 'job'>>(jobs: readonly T[]): T[] {
  return jobs.toSorted(
    (one, other) =>
      one.rank - other.rank || other.createdAt - one.createdAt || (one.job < other.job ? -1 : 1),
  );
}

/** Whether the job itself is sound: a broken one needs its own playbook first. */
export function relaunchHelps(
  kind: FailureKind,
  job: Pick<TrainingJob, 'checkpointUri'>,
): FailedJob['relaunch'] {
  const { strategy, why }: Chosen = strategyFor(kind, job);
  return strategy === 'resume_from_checkpoint' || strategy === 'restart_from_scratch' || { not: why };
}

/** The jobs that are recovered one after the other. */
export function recoverySeries(jobs: readonly FailedJob[]): FailedJob[] {
  return inOrder(jobs.filter(({ relaunch }) => relaunch === true));
}

/** What became of a job of the series. */
export interface Recovery {
  readonly job: string;
  /** The new job's failure, when it did not train. */
  readonly failed?: string;
}

export type NextInSeries =
  | { readonly next: FailedJob; readonly after: readonly FailedJob[] }
  | { readonly over: string };

/**
 * The first one that is neither done nor replaced. The series ends with the first new job that fails again: what broke
 * it would most likely break the others too, and each costs money.
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
  return next === undefined ? { over: 'no job is left to be recovered' } : { next, after };
}
