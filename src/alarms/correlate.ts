import type { Report } from '../incidents/intake.ts';
import type { Signal } from './parse.ts';

type IncidentKind = Report['kind'];

/** One rule of `alarms` in relight.yaml. */
export interface AlarmRule {
  readonly alarm: string;
  readonly kind: IncidentKind;
  readonly jobDimension: string;
}

/** The facts of a job's end by which its kind of failure is told. */
export interface JobEnd {
  readonly status: string;
  readonly secondaryStatus: string;
  readonly spot: boolean;
  readonly failureReason: string;
  /** The secondary statuses that the job went through. */
  readonly statuses: readonly string[];
}

export interface CorrelateParts {
  readonly rules: readonly AlarmRule[];
  /** `playbooks/classify-failure.ts`. */
  readonly classify: (end: JobEnd) => IncidentKind;
}

/** `quiet`: understood, and nothing to do; `unreadable`: to be kept for a person. */
export type Meaning =
  | { readonly report: Omit<Report, 'plan'> }
  | { readonly quiet: string }
  | { readonly unreadable: string };

/** From a signal to the job that broke and how; pure. */
export function correlate({ rules, classify }: CorrelateParts, signal: Signal): Meaning {
  return signal.type === 'alarm' ? fromAlarm(rules, signal) : fromJob(classify, signal);
}

function fromAlarm(rules: readonly AlarmRule[], signal: Extract<Signal, { type: 'alarm' }>): Meaning {
  if (signal.state !== 'ALARM') return { quiet: `${signal.name} is ${signal.state}` };
  const rule = rules.find(({ alarm }) => matches(alarm, signal.name));
  if (rule === undefined)
    return { unreadable: `no rule under alarms in relight.yaml matches the alarm ${signal.name}` };
  // AWS writes the host of a training job as <job>/algo-<n>.
  const job = signal.dimensions[rule.jobDimension]?.split('/algo-')[0];
  if (job === undefined || job === '')
    return {
      unreadable: `the alarm ${signal.name} has no dimension ${rule.jobDimension} that names a training job`,
    };
  return {
    report: {
      job,
      kind: rule.kind,
      alarm: { source: 'cloudwatch-alarm', name: signal.name, reason: signal.reason, at: signal.at },
    },
  };
}

/**
 * A person who stopped a job meant it; a job that completed or goes on needs nobody. One that was interrupted is
 * watched: SageMaker restarts it by itself, or gives up after hours, and the clock of the RTO runs meanwhile.
 */
function fromJob(
  classify: CorrelateParts['classify'],
  signal: Extract<Signal, { type: 'training-job' }>,
): Meaning {
  const broke =
    signal.status === 'Failed' ||
    (signal.status === 'Stopped' && signal.secondaryStatus !== 'Stopped') ||
    isInterrupted(signal);
  const state = [signal.status, signal.secondaryStatus].filter(Boolean).join(' / ');
  if (!broke) return { quiet: `${signal.job} is ${state}` };
  const alarm = {
    source: 'sagemaker-event' as const,
    name: state,
    reason: signal.failureReason,
    at: signal.at,
  };
  const kind = isInterrupted(signal) ? 'spot_interruption' : classify(signal);
  return { report: { job: signal.job, kind, alarm } };
}

function isInterrupted({ status, secondaryStatus }: Extract<Signal, { type: 'training-job' }>): boolean {
  return status === 'InProgress' && secondaryStatus === 'Interrupted';
}

/** `*` in a pattern stands for any characters. */
export function matches(pattern: string, text: string): boolean {
  const expression = pattern
    .split('*')
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${expression}$`, 's').test(text);
}
