import { type AlarmRule, jobOf, needsTags, ruleFor } from '../alarms/rules.ts';
import { counted } from '../in-words.ts';
import { matches } from '../patterns.ts';
import type { IncidentKind } from '../ports/failure-kind.ts';
import type { EndpointState, Listed, Region } from '../ports/region.ts';
import type { KnownAlarm, ReadinessAccount } from './account.ts';
import { type Measured, measured, notMeasured } from './measured.ts';
import type { ReadinessCheck, ReadinessFinding } from './readiness.ts';

const maxAlarms = 2_000;
const maxEndpoints = 100;
const maxTagLookups = 100;

export interface AlarmSources {
  readonly account: Pick<ReadinessAccount, 'alarms' | 'alarmTags'>;
  readonly region: Pick<Region, 'endpoints' | 'tierOf'>;
  readonly rules: readonly AlarmRule[];
  readonly tiers: readonly string[];
  /** The sources of alarms that are silent, with what to do. */
  readonly silent: readonly ReadinessFinding[];
}

/** What an alarm means; without a job if it is about many. */
interface Meaning {
  readonly kind: IncidentKind;
  readonly job?: string;
}

/**
 * The kinds of failures that nothing would report. Failed, stopped and interrupted jobs need no alarm of their own while
 * Relight polls AWS or hears of SageMaker's state changes: only a hang and a degraded model change no state.
 */
export async function alarmReadiness(sources: AlarmSources): Promise<ReadinessCheck> {
  const { account, region, silent } = sources;
  const part = 'alarms';
  const alarms = await measured('cloudwatch:DescribeAlarms', () => account.alarms(maxAlarms));
  if ('unmeasured' in alarms) return { part, ...notMeasured(alarms.unmeasured), findings: [...silent] };
  const { found, cut } = alarms.value;
  const looked = counted(found.length, 'CloudWatch alarm');
  if (cut) {
    const fix = `Only ${maxAlarms} are read, so a missing alarm cannot be told.`;
    return { part, looked, findings: [...silent], unmeasured: [{ what: 'all other alarms', fix }] };
  }
  const { meanings, unmeasured } = await meaningsOf(found, sources);
  const endpoints = await measured('sagemaker:ListEndpoints', () => region.endpoints(maxEndpoints));
  return {
    part,
    looked,
    findings: [
      ...silent,
      ...unusedRules(found, sources),
      // An alarm whose tags could not be read may be the one that seems to be missing.
      ...(unmeasured.length > 0
        ? []
        : [...withoutHangAlarm(meanings, sources), ...withoutModelAlarm(meanings, sources, endpoints)]),
    ],
    unmeasured: [...unmeasured, ...('unmeasured' in endpoints ? [endpoints.unmeasured] : [])],
  };
}

async function meaningsOf(
  alarms: readonly KnownAlarm[],
  { rules, account }: AlarmSources,
): Promise<{ readonly meanings: readonly Meaning[]; readonly unmeasured: readonly ReadinessFinding[] }> {
  const meanings: Meaning[] = [];
  let lookups = 0;
  for (const alarm of alarms) {
    const signal = signalOf(alarm);
    const asks = needsTags(rules, signal);
    if (asks) lookups += 1;
    if (lookups > maxTagLookups) return { meanings, unmeasured: [tooManyTags] };
    const tags = await measured('cloudwatch:ListTagsForResource', async () =>
      asks ? account.alarmTags(alarm.arn) : {},
    );
    if ('unmeasured' in tags) return { meanings, unmeasured: [tags.unmeasured] };
    for (const meaning of meaningOf(signal, rules, tags.value)) meanings.push(meaning);
  }
  return { meanings, unmeasured: [] };
}

const tooManyTags: ReadinessFinding = {
  what: `the tags of more than ${maxTagLookups} alarms`,
  fix: 'Use job_dimension or job_in_name in the rules under alarms of relight.yaml.',
};

type Signal = Parameters<typeof ruleFor>[1];

function signalOf({ name, dimensions }: KnownAlarm): Signal {
  return {
    type: 'alarm',
    name,
    subject: name,
    state: '',
    reason: '',
    at: 0,
    dimensions,
    children: [],
    summary: false,
  };
}

/** An alarm with other dimensions than its rule expects is about no job, so it reports nothing. */
function meaningOf(
  signal: Signal,
  rules: readonly AlarmRule[],
  tags: Readonly<Record<string, string>>,
): readonly Meaning[] {
  const rule = ruleFor(rules, signal, { tags });
  if (rule === undefined) return [];
  const { kind } = rule;
  const about = jobOf(rule, signal, { tags });
  if ('job' in about) return [{ kind, job: about.job }];
  return Object.keys(signal.dimensions).length === 0 ? [{ kind }] : [];
}

function unusedRules(alarms: readonly KnownAlarm[], { rules }: AlarmSources): readonly ReadinessFinding[] {
  return rules
    .filter(({ where, alarm }) => where !== 'built in' && !alarms.some(({ name }) => matches(alarm, name)))
    .map(({ where, alarm, kind }) => ({
      what: `no alarm in CloudWatch has a name like ${alarm} (${where}, ${kind})`,
      fix: 'create it, or correct the rule',
    }));
}

function withoutHangAlarm(
  meanings: readonly Meaning[],
  { tiers, region }: AlarmSources,
): readonly ReadinessFinding[] {
  const hangs = meanings.filter(({ kind }) => kind === 'hang_or_nccl');
  const covered = (tier: string): boolean =>
    hangs.some(({ job }) => job === undefined || region.tierOf(job)?.name === tier);
  const missing = tiers.filter((tier) => !covered(tier));
  if (missing.length === 0) return [];
  return [
    {
      what: `no alarm reports that a job hangs (${counted(missing.length, 'tier')}: ${missing.join(', ')}); only its missing checkpoints would show it`,
      fix: 'create an alarm on low GPUUtilization of its hosts (/aws/sagemaker/TrainingJobs), and a rule with kind: hang_or_nccl under alarms in relight.yaml',
    },
  ];
}

function withoutModelAlarm(
  meanings: readonly Meaning[],
  { region }: AlarmSources,
  endpoints: Measured<Listed<EndpointState>>,
): readonly ReadinessFinding[] {
  if ('unmeasured' in endpoints) return [];
  const alarmed = meanings.filter(({ kind }) => kind === 'model_degraded').map(({ job }) => job);
  if (alarmed.includes(undefined)) return [];
  return endpoints.value.found
    .filter(({ name }) => region.tierOf(name) !== undefined && !alarmed.includes(name))
    .map(({ name }) => ({
      what: `no alarm reports that the model of endpoint ${name} degrades`,
      fix: 'create an alarm on the quality that the endpoint publishes, with the dimension EndpointName and a name like ModelPerformance*',
    }));
}
