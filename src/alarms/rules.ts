import type { FailureReport } from '../incidents/intake/failure-report.ts';
import { firstStar, matches } from '../patterns.ts';
import { isSageMakerName } from './parse/fields.ts';
import type { AlarmSignal, Dimensions } from './parse/signal.ts';

export type IncidentKind = FailureReport['kind'];

type Patterns = Readonly<Record<string, string>>;

/** One rule under `alarms` in relight.yaml: which alarms it matches, what they mean, and where the job name comes from. */
export interface AlarmRule {
  readonly alarm: string;
  /** Patterns that the dimensions and tags must all match. */
  readonly dimensions?: Patterns | undefined;
  readonly tags?: Patterns | undefined;
  readonly kind: IncidentKind;
  readonly job: JobSource;
  readonly where: string;
}

export type JobSource =
  | { readonly dimension: string }
  | { readonly tag: string }
  /** The text that the first `*` of the rule's pattern matches. */
  | { readonly name: true };

/** Facts about an alarm that its message lacks, looked up when a rule or a composite alarm needs them. */
export interface Lookup {
  readonly tags?: Patterns | undefined;
  /** For a composite alarm: the jobs that its child alarms are about. */
  readonly childJobs?: readonly string[];
}

/**
 * The alarms that the SRL→RLVR playbooks tell a team to create. They come after the rules in relight.yaml, so that an
 * operator's rule for the same alarm wins.
 */
export const builtInRules: readonly AlarmRule[] = (
  [
    { alarm: 'TrainingJobInterrupted*', kind: 'spot_interruption', job: { dimension: 'Host' } },
    { alarm: 'TrainingJobMemoryUsage*', kind: 'oom_gpu', job: { dimension: 'Host' } },
    { alarm: 'ModelPerformance*', kind: 'model_degraded', job: { dimension: 'EndpointName' } },
  ] as const
).map((rule) => ({ ...rule, where: 'built in' }));

export function needsTags(rules: readonly AlarmRule[], { name }: AlarmSignal): boolean {
  return rules.some((rule) => matches(rule.alarm, name) && (rule.tags !== undefined || 'tag' in rule.job));
}

export function ruleFor(
  rules: readonly AlarmRule[],
  { name, dimensions }: AlarmSignal,
  { tags = {} }: Lookup,
): AlarmRule | undefined {
  const tagValues = Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, [value]]));
  return rules.find(
    (rule) =>
      matches(rule.alarm, name) && allMatch(rule.dimensions, dimensions) && allMatch(rule.tags, tagValues),
  );
}

function allMatch(patterns: Patterns = {}, values: Dimensions): boolean {
  return Object.entries(patterns).every(([key, pattern]) =>
    valuesOf(values, key).some((value) => matches(pattern, value)),
  );
}

function valuesOf(dimensions: Dimensions, name: string): readonly string[] {
  return Object.hasOwn(dimensions, name) ? (dimensions[name] ?? []) : [];
}

/** The job that the alarm is about, or what is missing to determine it. */
export function jobOf(
  rule: AlarmRule,
  alarm: AlarmSignal,
  { tags = {}, childJobs = [] }: Lookup,
): { readonly job: string } | { readonly missing: string } {
  if ('name' in rule.job) return named([firstStar(rule.alarm, alarm.name)], `text for * in ${rule.alarm}`);
  if ('tag' in rule.job) return named([tags[rule.job.tag]], `tag ${rule.job.tag}`);
  const { dimension } = rule.job;
  if (alarm.children.length > 0)
    return named(childJobs, `child alarm whose job is known (${alarm.children.join(', ')})`);
  // SageMaker's Host dimension has the form <job>/algo-<n>.
  const jobs = valuesOf(alarm.dimensions, dimension).map((value) => value.split('/algo-')[0]);
  const others = Object.entries(alarm.dimensions).filter(([name]) => name !== dimension);
  const has = others.map(([name, values]) => `${name} = ${values.join(', ')}`).join('; ');
  const hint = `; it has ${has}: name the right one under alarms in relight.yaml (job: { dimension: … })`;
  return named(
    jobs,
    `dimension ${dimension} that names a training job or an endpoint${has === '' ? '' : hint}`,
  );
}

function named(
  found: readonly (string | undefined)[],
  what: string,
): { readonly job: string } | { readonly missing: string } {
  const jobs = [...new Set(found.filter((job) => job !== undefined && job !== ''))];
  const [job] = jobs;
  if (job === undefined) return { missing: what };
  if (jobs.length > 1)
    return {
      missing: `single job: it is about ${jobs.join(', ')}. Create one alarm per job, or group by Host`,
    };
  return isSageMakerName(job) ? { job } : { missing: `${what} that is a valid SageMaker name` };
}
