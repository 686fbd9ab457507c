import { type AlarmRule, builtInRules } from '../alarms/rules.ts';
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

/** Those of relight.yaml, then those that come with Relight. */
export function rulesIn({ alarms }: Pick<Settings, 'alarms'>): readonly AlarmRule[] {
  return [...alarms.map((rule, index) => ruleOf(rule, `alarms.${index} in relight.yaml`)), ...builtInRules];
}

function ruleOf(rule: Settings['alarms'][number], where: string): AlarmRule {
  const { alarm, dimensions, tags, kind } = rule;
  return { alarm, dimensions, tags, kind, job: jobSourceOf(rule), where };
}

function jobSourceOf({
  job_dimension: dimension = 'Host',
  job_tag: tag,
  job_in_name: name,
}: Settings['alarms'][number]): AlarmRule['job'] {
  if (name !== undefined) return { name };
  return tag === undefined ? { dimension } : { tag };
}
