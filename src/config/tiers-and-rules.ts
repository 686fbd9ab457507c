import { type AlarmRule, builtInRules } from '../alarms/rules.ts';
import { matches } from '../patterns.ts';
import type { TierOfJob } from '../ports/region.ts';
import type { Settings } from './settings.ts';

/** The tier of a job with both of its objectives. */
export interface JobTier extends TierOfJob {
  readonly rtoMinutes: number;
}

/**
 * Finds the first tier with a pattern that matches a job name. Returns undefined if none matches.
 * @example tierFinder(settings.tiers)('srl-rlvr-gold-1') // { name: 'gold', rank: 0, rtoMinutes: 60, rpoMinutes: 30 }
 */
export function tierFinder(tiers: Settings['tiers']): (job: string) => JobTier | undefined {
  const inOrder = Object.entries(tiers).map(([name, tier], rank) => ({ name, rank, tier }));
  return (job) => {
    const found = inOrder.find(({ tier }) => tier.jobs.some((pattern) => matches(pattern, job)));
    if (found === undefined) return undefined;
    const { name, rank, tier } = found;
    return { name, rank, rtoMinutes: tier.rto_minutes, rpoMinutes: tier.rpo_minutes };
  };
}

/**
 * All alarm rules in order of precedence: the rules from relight.yaml, then the built-in ones.
 * @example rulesIn(settings)[0]?.where // 'alarms.0 in relight.yaml'
 */
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
