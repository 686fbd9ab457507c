import type { FailureReport } from '../incidents/intake/failure-report.ts';
import { firstStar, matches } from '../patterns.ts';
import { isSageMakerName } from './parse/fields.ts';
import type { AlarmSignal } from './parse/signal.ts';

export type IncidentKind = FailureReport['kind'];

type Patterns = Readonly<Record<string, string>>;

/** One rule of `alarms` in relight.yaml: which alarms it is about, what they mean, and what names the job. */
export interface AlarmRule {
  /** Pattern of alarm names. */
  readonly alarm: string;
  /** What dimensions and tags must look like; all of them. */
  readonly dimensions?: Patterns | undefined;
  readonly tags?: Patterns | undefined;
  readonly kind: IncidentKind;
  readonly job: JobSource;
  /** Where the rule stands, for people. */
  readonly where: string;
}

/** Where the name of the training job, or of the endpoint, is found. */
export type JobSource =
  | { readonly dimension: string }
  | { readonly tag: string }
  /** What the first `*` of the rule's pattern stands for. */
  | { readonly name: true };

/** What only AWS can tell about an alarm; asked for where a rule or a composite alarm needs it. */
export interface Lookup {
  readonly tags?: Patterns | undefined;
  /** The jobs that the alarms of a composite alarm are known to be about. */
  readonly childJobs?: readonly string[];
}

/**
 * The alarms that the SRL→RLVR playbooks tell a team to make. They come after the rules of relight.yaml, so an
 * operator's rule of the same name wins.
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

/** The first rule that fits. */
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

/** The job that the alarm is about, or what is missing to know it. */
export function jobOf(
  rule: AlarmRule,
  { name, dimensions, children }: AlarmSignal,
  { tags = {}, childJobs = [] }: Lookup,
): { readonly job: string } | { readonly missing: string } {
  if ('name' in rule.job) return named(firstStar(rule.alarm, name), `part for * in ${rule.alarm}`);
  if ('tag' in rule.job) return named(tags[rule.job.tag], `tag ${rule.job.tag}`);
  if (children.length === 0) {
    // AWS writes the host of a training job as <job>/algo-<n>.
    const host = dimensions[rule.job.dimension]?.split('/algo-')[0];
    return named(host, `dimension ${rule.job.dimension} that names a training job or an endpoint`);
  }
  const [job, another] = new Set(childJobs);
  if (another !== undefined)
    return { missing: `single job: the alarms below it are about ${[...new Set(childJobs)].join(', ')}` };
  return named(job, `alarm below it whose job is known (${children.join(', ')})`);
}

function named(
  job: string | undefined,
  what: string,
): { readonly job: string } | { readonly missing: string } {
  if (job === undefined || job === '') return { missing: what };
  return isSageMakerName(job) ? { job } : { missing: `${what}: what stands there is no name of SageMaker` };
}
