import { matches } from '../patterns.ts';
import type { Settings } from './settings.ts';

/** The tier of a job, with its promises; `rank` 0 stands first in relight.yaml, and is recovered first. */
export interface TierOfJob {
  readonly name: string;
  readonly rank: number;
  readonly rtoMinutes: number;
  readonly rpoMinutes: number;
}

/** The first tier with a pattern that matches the job's name. */
export function tierFinder(tiers: Settings['tiers']): (job: string) => TierOfJob | undefined {
  const inOrder = Object.entries(tiers).map(([name, tier], rank) => ({ name, rank, tier }));
  return (job) => {
    const found = inOrder.find(({ tier }) => tier.jobs.some((pattern) => matches(pattern, job)));
    if (found === undefined) return undefined;
    const { name, rank, tier } = found;
    return { name, rank, rtoMinutes: tier.rto_minutes, rpoMinutes: tier.rpo_minutes };
  };
}
