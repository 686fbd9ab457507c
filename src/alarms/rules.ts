import type { FailureReport } from '../incidents/intake/failure-report.ts';
import { firstStar, matches } from '../patterns.ts';
import { isSageMakerName } from './parse/fields.ts';
import type { AlarmSignal } from './parse/signal.ts';

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
  return rules.find(
    (rule) => matches(rule.alarm, name) && allMatch(rule.dimensions, dimensions) && allMatch(rule.tags, tags),
  );
}

function allMatch(patterns: Patterns = {}, values: Patterns): boolean {
  return Object.entries(patterns).every(
    ([key, pattern]) => Object.hasOwn(values, key) && matches(pattern, values[key] ?? ''),
  );
}

/** The job that the alarm is about, or what is missing to determine it. */
export function jobOf(
  rule: AlarmRule,
  { name, dimensions, children }: AlarmSignal,
  { tags = {}, childJobs = [] }: Lookup,
): { readonly job: string } | { readonly missing: string } {
  if ('name' in rule.job) return named(firstStar(rule.alarm, name), `text for * in ${rule.alarm}`);
  if ('tag' in rule.job) return named(tags[rule.job.tag], `tag ${rule.job.tag}`);
  if (children.length === 0) {
    // SageMaker's Host dimension has the form <job>/algo-<n>.
    const host = dimensions[rule.job.dimension]?.split('/algo-')[0];
    return named(host, `dimension ${rule.job.dimension} that names a training job or an endpoint`);
  }
  const [job, another] = new Set(childJobs);
  if (another !== undefined)
    return { missing: `single job: its child alarms are about ${[...new Set(childJobs)].join(', ')}` };
  return named(job, `child alarm whose job is known (${children.join(', ')})`);
}

function named(
  job: string | undefined,
  what: string,
): { readonly job: string } | { readonly missing: string } {
  if (job === undefined || job === '') return { missing: what };
  return isSageMakerName(job) ? { job } : { missing: `${what} that is a valid SageMaker name` };
}
