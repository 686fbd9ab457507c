import type { FailureReport } from '../incidents/intake/failure-report.ts';
import type { AlarmSignal, EndpointSignal, JobSignal, Signal } from './parse/signal.ts';
import { type AlarmRule, type IncidentKind, jobOf, type Lookup, ruleFor } from './rules.ts';

/** The facts of a job's end by which its kind of failure is told. */
export interface JobEnd {
  readonly status: string;
  readonly secondaryStatus: string;
  readonly spot: boolean;
  readonly failureReason: string;
  /** The secondary statuses that the job went through. */
  readonly statuses: readonly string[];
}

export interface CorrelateDeps {
  /** Where Relight works: what happens elsewhere it could not mend. */
  readonly region: string;
  readonly rules: readonly AlarmRule[];
  /** `playbooks/classify-failure.ts`. */
  readonly classify: (end: JobEnd) => IncidentKind;
}

/** `quiet`: understood, and nothing to do; `unreadable`: to be kept for a person. */
export type Meaning =
  | { readonly report: Omit<FailureReport, 'plan'>; readonly because: string }
  /** What was broken is good again, as far as this alarm goes. */
  | { readonly calm: Pick<FailureReport, 'job' | 'alarm'> }
  /** News for who waits for them, and no trouble. */
  | { readonly news: string; readonly quiet: string }
  | { readonly quiet: string }
  | { readonly unreadable: string };

/** From a signal to what broke and how; pure. */
export function correlate(parts: CorrelateDeps, signal: Signal, lookup: Lookup = {}): Meaning {
  if (signal.region !== undefined && signal.region !== parts.region)
    return {
      unreadable: `it is about ${signal.region}, and this Relight works in ${parts.region} (AWS_REGION)`,
    };
  switch (signal.type) {
    case 'alarm':
      return fromAlarm(parts.rules, signal, lookup);
    case 'training-job':
      return fromJob(parts.classify, signal);
    case 'endpoint':
      return fromEndpoint(signal);
    case 'model-package':
      return { quiet: `${signal.arn} is ${[signal.status, signal.approval].filter(Boolean).join(' / ')}` };
  }
}

function fromAlarm(rules: readonly AlarmRule[], signal: AlarmSignal, lookup: Lookup): Meaning {
  if (signal.state === 'INSUFFICIENT_DATA') return { quiet: `${signal.name} has no data` };
  const rule = ruleFor(rules, signal, lookup);
  if (rule === undefined)
    return signal.state === 'OK'
      ? { quiet: `${signal.name} is OK` }
      : { unreadable: `no rule under alarms in relight.yaml matches the alarm ${signal.name}` };
  const found = jobOf(rule, signal, lookup);
  if ('missing' in found) return { unreadable: `the alarm ${signal.name} has no ${found.missing}` };
  const { name, reason, at } = signal;
  const alarm = { source: 'cloudwatch-alarm' as const, name, reason, at };
  if (signal.state === 'OK') return { calm: { job: found.job, alarm } };
  return {
    report: { job: found.job, kind: rule.kind, alarm },
    because: `the rule ${rule.alarm} (${rule.where})`,
  };
}

/**
 * A person who stopped a job meant it; a job that completed or goes on needs nobody. One that was interrupted is
 * watched: SageMaker restarts it by itself, or gives up after hours, and the clock of the RTO runs meanwhile.
 */
function fromJob(classify: CorrelateDeps['classify'], signal: JobSignal): Meaning {
  const { job, status, secondaryStatus, failureReason: reason, at } = signal;
  const name = [status, secondaryStatus].filter(Boolean).join(' / ');
  if (!isBroken(signal)) return { quiet: `${job} is ${name}`, news: job };
  const kind = isInterrupted(signal) ? 'spot_interruption' : classify(signal);
  const alarm = { source: 'sagemaker-event' as const, name, reason, at };
  return { report: { job, kind, alarm }, because: `the job is ${name}` };
}

function isBroken(signal: JobSignal): boolean {
  const { status, secondaryStatus } = signal;
  return (
    status === 'Failed' || (status === 'Stopped' && secondaryStatus !== 'Stopped') || isInterrupted(signal)
  );
}

function isInterrupted({ status, secondaryStatus }: JobSignal): boolean {
  return status === 'InProgress' && secondaryStatus === 'Interrupted';
}

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html: those in which it serves nobody, or cannot be updated. */
const brokenEndpoint: ReadonlySet<string> = new Set(['Failed', 'OutOfService', 'UpdateRollbackFailed']);

function fromEndpoint({ endpoint, status, failureReason: reason, at }: EndpointSignal): Meaning {
  if (!brokenEndpoint.has(status)) return { quiet: `${endpoint} is ${status}`, news: endpoint };
  const alarm = { source: 'sagemaker-event' as const, name: status, reason, at };
  return { report: { job: endpoint, kind: 'model_degraded', alarm }, because: `the endpoint is ${status}` };
}
