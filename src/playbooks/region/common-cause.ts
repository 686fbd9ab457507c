import { smallest } from '../numbers.ts';
import { chanceOf } from './chance.ts';
import { type Trait, traitKinds } from './traits.ts';

export interface SeenJob {
  readonly job: string;
  readonly failed: boolean;
  /** When a failed job last trained. */
  readonly failedAt?: number;
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
  /** Set where most of the failures lie close together. */
  readonly window?: { readonly from: number; readonly to: number; readonly jobs: number };
}

/** One failure has nothing in common with others. */
const fewestFailures = 2;
/** A cause has to explain most of the failures, and not be likely by chance. */
const leastShare = 2 / 3;
const mostChance = 0.05;
const windowMs = 15 * 60_000;

/**
 * What failed jobs have in common that healthy ones do not have. It never guesses: what all jobs share, healthy ones as
 * well, tells nothing, and neither does anything where no healthy job was looked at.
 */
export function commonCause(jobs: readonly SeenJob[]): CommonCause {
  const failed = jobs.filter((job) => job.failed);
  const healthy = jobs.filter((job) => !job.failed);
  const counts = { failed: failed.length, healthy: healthy.length };
  if (failed.length < fewestFailures) return { ...counts, suspects: [] };
  const window = windowOf(failed);
  const likely = candidates(failed, healthy).filter(
    ({ chance, failedWith }) => chance <= mostChance && failedWith >= leastShare * failed.length,
  );
  const least = smallest(likely.map(({ chance }) => chance));
  const suspects = narrowest(likely.filter(({ chance }) => chance <= least * (1 + 1e-9)));
  return { ...counts, suspects, ...(window !== undefined && { window }) };
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
