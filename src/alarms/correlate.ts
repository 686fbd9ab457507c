import type { FailureReport } from '../incidents/intake/failure-report.ts';
import type { AlarmSignal, EndpointSignal, JobSignal, Signal } from './parse/signal.ts';
import { type AlarmRule, type IncidentKind, jobOf, type Lookup, ruleFor } from './rules.ts';

/** The facts about how a job ended that determine its failure kind. */
export type JobEnd = Pick<JobSignal, 'status' | 'secondaryStatus' | 'spot' | 'failureReason' | 'statuses'>;

export interface CorrelateDeps {
  /** Relight's own Region and account: it cannot fix jobs in any other. Undefined: not compared. */
  readonly region: string | undefined;
  readonly account: string | undefined;
  readonly rules: readonly AlarmRule[];
  readonly classify: (end: JobEnd) => IncidentKind;
}

/** What a signal means for incidents. `ignored`: understood, nothing to do; `problem`: unusable, so a person must look. */
export type Meaning =
  | { readonly report: Omit<FailureReport, 'plan'>; readonly because: string }
  | { readonly cleared: Pick<FailureReport, 'job' | 'alarm'> }
  /** Not a failure, but a waiting step of this job or endpoint may check again. */
  | { readonly wake: string; readonly ignored: string }
  | { readonly ignored: string }
  | { readonly problem: string };

export function correlate(deps: CorrelateDeps, signal: Signal, lookup: Lookup = {}): Meaning {
  const elsewhere =
    notHere(signal.region, deps.region, 'AWS_REGION') ??
    notHere(signal.account, deps.account, 'the account of its AWS credentials');
  if (elsewhere !== undefined) return { problem: elsewhere };
  switch (signal.type) {
    case 'alarm':
      return fromAlarm(deps.rules, signal, lookup);
    case 'training-job':
      return fromJob(deps.classify, signal);
    case 'endpoint':
      return fromEndpoint(signal);
    case 'model-package':
      return { ignored: `${signal.arn} is ${[signal.status, signal.approval].filter(Boolean).join(' / ')}` };
  }
}

function notHere(there: string | undefined, here: string | undefined, from: string): string | undefined {
  if (there === undefined || here === undefined || there === here) return undefined;
  return `it is about ${there}, but this Relight works in ${here} (${from})`;
}

function fromAlarm(rules: readonly AlarmRule[], signal: AlarmSignal, lookup: Lookup): Meaning {
  const { name, subject, reason, at, muted } = signal;
  if (signal.state === 'INSUFFICIENT_DATA') return { ignored: `${subject} has no data` };
  if (signal.state === 'ALARM' && muted !== undefined) return { ignored: `${subject} ${muted.why}` };
  const rule = ruleFor(rules, signal, lookup);
  if (rule === undefined)
    return signal.state === 'OK'
      ? { ignored: `${subject} is OK` }
      : { problem: `no rule under alarms in relight.yaml matches the alarm ${name}` };
  const found = jobOf(rule, signal, lookup);
  if ('missing' in found)
    return signal.summary
      ? { ignored: `${name} is about many time series; CloudWatch reports each contributor separately` }
      : { problem: `the alarm ${subject} has no ${found.missing}` };
  const alarm = { source: 'cloudwatch-alarm' as const, name: subject, reason, at };
  if (signal.state === 'OK') return { cleared: { job: found.job, alarm } };
  return {
    report: { job: found.job, kind: rule.kind, alarm },
    because: `the rule ${rule.alarm} (${rule.where})`,
  };
}

/**
 * A job that a person stopped was stopped on purpose, and a completed or running job needs no one. An interrupted job
 * opens an incident: SageMaker restarts it automatically or gives up after hours, and the RTO clock runs meanwhile.
 */
function fromJob(classify: CorrelateDeps['classify'], signal: JobSignal): Meaning {
  const { job, status, secondaryStatus, failureReason: reason, at } = signal;
  const name = [status, secondaryStatus].filter(Boolean).join(' / ');
  if (!isBroken(signal)) return { ignored: `${job} is ${name}`, wake: job };
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

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html: the statuses in which it serves no requests or cannot be updated. */
const brokenEndpoint: ReadonlySet<string> = new Set(['Failed', 'OutOfService', 'UpdateRollbackFailed']);

function fromEndpoint({ endpoint, status, failureReason: reason, at }: EndpointSignal): Meaning {
  if (!brokenEndpoint.has(status)) return { ignored: `${endpoint} is ${status}`, wake: endpoint };
  const alarm = { source: 'sagemaker-event' as const, name: status, reason, at };
  return { report: { job: endpoint, kind: 'model_degraded', alarm }, because: `the endpoint is ${status}` };
}
