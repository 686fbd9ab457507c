import { smallest } from '../ports/collections.ts';
import type { Assessment } from './assessment.ts';
import { chanceOf } from './chance.ts';
import { type Trait, traitKinds } from './traits.ts';

export interface SeenJob {
  readonly job: string;
  readonly failed: boolean;
  /** When a failed job last trained. */
  readonly failedAt?: number;
  /** The error of a failed job, without the parts that differ in each job; absent if there was none. */
  readonly failure?: string;
  /** When a healthy job ended; absent while it trains. */
  readonly endedAt?: number;
  readonly traits: readonly Trait[];
}

export type CommonCause = Assessment['cause'];
type Suspect = CommonCause['suspects'][number];

const minFailures = 2;
/** A cause must explain most of the failures, and be unlikely by chance. */
const minShare = 2 / 3;
const maxChance = 0.05;
/** Fewer jobs often share a trait or an error without a common cause. */
const minAlike = 4;
const windowMs = 15 * 60_000;

/**
 * Finds what failed jobs have in common and healthy ones do not. It never guesses: traits that healthy jobs share are
 * ignored. If there are too few healthy jobs to be sure, the shared traits of the failed jobs are returned as `shared`.
 */
export function commonCause(jobs: readonly SeenJob[]): CommonCause {
  const failed = jobs.filter((job) => job.failed);
  const healthy = healthyAtThatTime(jobs, failed);
  const counts = { failed: failed.length, healthy: healthy.length };
  if (failed.length < minFailures) return { ...counts, suspects: [], shared: [] };
  const window = windowOf(failed);
  const sameFailure = sameFailureOf(failed);
  const all = candidates(failed, healthy);
  const likely = all.filter(
    ({ chance, failedWith }) => chance <= maxChance && failedWith >= minShare * failed.length,
  );
  const least = smallest(likely.map(({ chance }) => chance));
  const suspects = narrowest(likely.filter(({ chance }) => chance <= least * (1 + 1e-9)));
  return {
    ...counts,
    suspects,
    shared: suspects.length > 0 ? [] : narrowest(sharedByAll(all, failed.length)),
    ...(sameFailure !== undefined && { sameFailure }),
    ...(window !== undefined && { window }),
  };
}

/** A job that completed before the first failure is no evidence about it. */
function healthyAtThatTime(jobs: readonly SeenJob[], failed: readonly SeenJob[]): readonly SeenJob[] {
  const since = smallest(failed.map(({ failedAt = Number.NEGATIVE_INFINITY }) => failedAt)) - windowMs;
  return jobs.filter((job) => !job.failed && (job.endedAt ?? Number.POSITIVE_INFINITY) >= since);
}

function sharedByAll(all: readonly Suspect[], failed: number): readonly Suspect[] {
  if (failed < minAlike) return [];
  return all.filter(({ failedWith, healthyWith }) => failedWith === failed && healthyWith === 0);
}

function sameFailureOf(failed: readonly SeenJob[]): CommonCause['sameFailure'] {
  const times = new Map<string, number>();
  for (const { failure } of failed)
    if (failure !== undefined) times.set(failure, (times.get(failure) ?? 0) + 1);
  const [top] = [...times].toSorted(([, one], [, other]) => other - one);
  if (top === undefined) return undefined;
  const [text, jobs] = top;
  return jobs >= minAlike && jobs >= minShare * failed.length ? { text, jobs } : undefined;
}

function candidates(failed: readonly SeenJob[], healthy: readonly SeenJob[]): Suspect[] {
  const all = new Map(failed.flatMap(({ traits }) => traits.map((trait) => [keyOf(trait), trait] as const)));
  const having = (jobs: readonly SeenJob[], key: string): number =>
    jobs.filter(({ traits }) => traits.some((trait) => keyOf(trait) === key)).length;
  return [...all].map(([key, { kind, value }]) => {
    const [failedWith, healthyWith] = [having(failed, key), having(healthy, key)];
    const total = failed.length + healthy.length;
    const chance = chanceOf(failedWith, failed.length, failedWith + healthyWith, total);
    return { kind, value, failedWith, healthyWith, chance };
  });
}

function keyOf({ kind, value }: Trait): string {
  return `${kind} ${value}`;
}

/** Keeps only the innermost of nested folders: the outer ones are suspects only because of it. */
function narrowest(suspects: readonly Suspect[]): Suspect[] {
  return suspects
    .filter(
      ({ kind, value }) => !suspects.some((other) => other.kind === kind && inside(kind, other.value, value)),
    )
    .toSorted(
      (one, other) =>
        traitKinds.indexOf(one.kind) - traitKinds.indexOf(other.kind) || (one.value < other.value ? -1 : 1),
    );
}

function inside(kind: Trait['kind'], inner: string, outer: string): boolean {
  return kind === 'training data' && inner !== outer && inner.startsWith(outer);
}

/** The 15 minutes with the most failures, if they contain at least two thirds. */
function windowOf(failed: readonly SeenJob[]): CommonCause['window'] {
  const times = failed
    .flatMap(({ failedAt }) => (failedAt === undefined ? [] : [failedAt]))
    .toSorted((one, other) => one - other);
  let best: CommonCause['window'];
  for (const from of times) {
    const within = times.filter((at) => at >= from && at <= from + windowMs);
    if (within.length > (best?.jobs ?? 1)) best = { from, to: within.at(-1) ?? from, jobs: within.length };
  }
  return best !== undefined && best.jobs >= minShare * failed.length ? best : undefined;
}
