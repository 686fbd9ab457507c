import { smallest } from '../ports/collections.ts';

import { type Trait, traitKinds } from './traits.ts';

export interface SeenJob {
  readonly job: string;
  readonly failed: boolean;
  /** When a failed job last trained. */
  readonly failedAt?: number;
  /** How a failed job failed, without what is different in each job; absent where nothing was said. */
  readonly failure?: string;
  /** When a healthy job ended; absent while it trains. */
  readonly endedAt?: number;
  readonly traits: readonly Trait[];
}

/** A trait, and how many of the failed and of the healthy jobs have it. */
export interface Suspect extends Trait {
  readonly failedWith: number;
  readonly healthyWith: number;
  /** By chance alone it would be so in this share of all cases. */
  readonly chance: number;
}

export interface CommonCause {
  readonly failed: number;
  readonly healthy: number;
  /** Empty: no common cause found. Several: the jobs looked at cannot tell them apart. */
  readonly suspects: readonly Suspect[];
  /** What all failed jobs share and no healthy one has, where too few healthy jobs are there to be sure. */
  readonly shared: readonly Suspect[];
  /** The failure that most of them have in the same words. */
  readonly sameFailure?: { readonly text: string; readonly jobs: number };
  /** Set where most of the failures lie close together. */
  readonly window?: { readonly from: number; readonly to: number; readonly jobs: number };
}

/** One failure has nothing in common with others. */
const fewestFailures = 2;
/** A cause has to explain most of the failures, and not be likely by chance. */
const leastShare = 2 / 3;
const mostChance = 0.05;
/** Fewer jobs often share something, or fail in the same words, without a common cause. */
const fewestAlike = 4;
const windowMs = 15 * 60_000;

/**
 * What failed jobs have in common that healthy ones do not have. It never guesses: what healthy jobs share as well tells
 * nothing. Where too few healthy jobs are there for a verdict, what all failed jobs share is told as that and no more.
 */
export function commonCause(jobs: readonly SeenJob[]): CommonCause {
  const failed = jobs.filter((job) => job.failed);
  const healthy = healthyAtThatTime(jobs, failed);
  const counts = { failed: failed.length, healthy: healthy.length };
  if (failed.length < fewestFailures) return { ...counts, suspects: [], shared: [] };
  const window = windowOf(failed);
  const sameFailure = sameFailureOf(failed);
  const all = candidates(failed, healthy);
  const likely = all.filter(
    ({ chance, failedWith }) => chance <= mostChance && failedWith >= leastShare * failed.length,
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

/** A job that had completed before the first failure says nothing about what broke then. */
function healthyAtThatTime(jobs: readonly SeenJob[], failed: readonly SeenJob[]): readonly SeenJob[] {
  const since = smallest(failed.map(({ failedAt = Number.NEGATIVE_INFINITY }) => failedAt)) - windowMs;
  return jobs.filter((job) => !job.failed && (job.endedAt ?? Number.POSITIVE_INFINITY) >= since);
}

function sharedByAll(all: readonly Suspect[], failed: number): readonly Suspect[] {
  if (failed < fewestAlike) return [];
  return all.filter(({ failedWith, healthyWith }) => failedWith === failed && healthyWith === 0);
}

function sameFailureOf(failed: readonly SeenJob[]): CommonCause['sameFailure'] {
  const times = new Map<string, number>();
  for (const { failure } of failed)
    if (failure !== undefined) times.set(failure, (times.get(failure) ?? 0) + 1);
  const [most] = [...times].toSorted(([, one], [, other]) => other - one);
  if (most === undefined) return undefined;
  const [text, jobs] = most;
  return jobs >= fewestAlike && jobs >= leastShare * failed.length ? { text, jobs } : undefined;
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

/** Of folders within one another only the innermost: the outer ones are suspect because it is. */
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

/** The quarter of an hour in which most failed, if at least two thirds did. */
function windowOf(failed: readonly SeenJob[]): CommonCause['window'] {
  const times = failed
    .flatMap(({ failedAt }) => (failedAt === undefined ? [] : [failedAt]))
    .toSorted((one, other) => one - other);
  let best: CommonCause['window'];
  for (const from of times) {
    const within = times.filter((at) => at >= from && at <= from + windowMs);
    if (within.length > (best?.jobs ?? 1)) best = { from, to: within.at(-1) ?? from, jobs: within.length };
  }
  return best !== undefined && best.jobs >= leastShare * failed.length ? best : undefined;
}

/**
 * How likely it is by chance alone that at least `both` of the `failed` jobs are among the `having`, out of `all`: the
 * one-sided exact test of Fisher, https://en.wikipedia.org/wiki/Fisher%27s_exact_test
 */
function chanceOf(both: number, failed: number, having: number, all: number): number {
  const most = Math.min(failed, having);
  let sum = 0;
  for (let n = both; n <= most; n += 1)
    sum += Math.exp(logChoose(having, n) + logChoose(all - having, failed - n) - logChoose(all, failed));
  return Math.min(1, sum);
}

function logChoose(n: number, k: number): number {
  if (k < 0 || k > n) return Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let i = 1; i <= k; i += 1) sum += Math.log((n - k + i) / i);
  return sum;
}
