import { type AlarmRule, builtInRules } from '../alarms/rules.ts';
import type { Settings } from './settings.ts';

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
