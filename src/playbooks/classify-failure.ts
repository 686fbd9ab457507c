import type { FailureKind } from './define.ts';
import { type FailureRule, failureRules } from './diagnosis/failure-rules.ts';
import { counted, quote } from './in-words.ts';
import { interruptionsOf } from './job-state.ts';
import type { TrainingJob } from './ports.ts';

export interface Classified {
  readonly kind: FailureKind;
  readonly confidence: 'high' | 'medium' | 'low';
  /** What SageMaker or the log said, quoted. */
  readonly evidence: readonly string[];
}

type EndedJob = Pick<TrainingJob, 'status' | 'secondaryStatus' | 'transitions' | 'failureReason' | 'spot'>;

/**
 * Why an ended job failed. SageMaker's own words count before the job's: status, secondary status, FailureReason,
 * and the log last, because FailureReason holds 1,024 characters and is often cut before the line that matters.
 */
export function classifyFailure(job: EndedJob, logTail: readonly string[]): Classified {
  return fromStatus(job) ?? fromReason(job) ?? fromLog(logTail) ?? unknown(job, logTail);
}

/** Whether the log can still change the answer: reading it costs calls, and most interruptions need none. */
export function needsLog(job: EndedJob): boolean {
  return (fromStatus(job) ?? fromReason(job)) === undefined;
}

/** https://docs.aws.amazon.com/sagemaker/latest/dg/model-managed-spot-training.html lists these ends of a spot job. */
function fromStatus(job: EndedJob): Classified | undefined {
  if (job.status !== 'Stopped') return undefined;
  const evidence = [`SageMaker stopped the job: ${job.secondaryStatus}`];
  if (job.secondaryStatus === 'MaxWaitTimeExceeded') return outOfWaitTime(job, evidence);
  if (job.secondaryStatus === 'MaxRuntimeExceeded')
    return { kind: 'time_limit', confidence: 'high', evidence };
  if (job.secondaryStatus !== 'Stopped') return undefined;
  return { kind: 'user_stopped', confidence: 'high', evidence: ['Somebody called StopTrainingJob'] };
}

/** The wait time covers waiting and running: what used it up tells an interruption from a job that never got machines. */
function outOfWaitTime(job: EndedJob, evidence: readonly string[]): Classified {
  const interruptions = interruptionsOf(job);
  if (interruptions > 0)
    return {
      kind: 'spot_interruption',
      confidence: 'high',
      evidence: [...evidence, `${counted(interruptions, 'spot interruption')} before that`],
    };
  const trained = job.transitions.some(({ status }) => status === 'Training');
  if (trained)
    return { kind: 'time_limit', confidence: 'high', evidence: [...evidence, 'It was never interrupted'] };
  return { kind: 'capacity', confidence: 'high', evidence: [...evidence, 'It never got instances'] };
}

function fromReason({ failureReason }: EndedJob): Classified | undefined {
  return failureReason === undefined ? undefined : firstRule(failureReason, 'FailureReason', 'high');
}

function fromLog(lines: readonly string[]): Classified | undefined {
  return firstRule(lines.join('\n'), 'Log', 'medium');
}

function firstRule(text: string, where: string, confidence: 'high' | 'medium'): Classified | undefined {
  for (const rule of failureRules) {
    const found = rule.pattern.exec(text);
    if (found !== null) return byRule(rule, `${where}: “${around(text, found)}”`, confidence);
  }
  return undefined;
}

function byRule({ kind, unsure }: FailureRule, evidence: string, confidence: 'high' | 'medium'): Classified {
  if (unsure === undefined) return { kind, confidence, evidence: [evidence] };
  return { kind, confidence: 'low', evidence: [evidence, unsure] };
}

/** The words that decided, with what stands around them. */
function around(text: string, found: RegExpExecArray): string {
  const start = Math.max(0, text.lastIndexOf('\n', found.index) + 1, found.index - 60);
  return quote(text.slice(start, start + 400));
}

function unknown(job: EndedJob, logTail: readonly string[]): Classified {
  const said = job.failureReason === undefined ? [] : [`FailureReason: “${quote(job.failureReason)}”`];
  const last = logTail.findLast((line) => line.trim() !== '');
  const logged = last === undefined ? ['Its log is empty'] : [`Last log line: “${quote(last)}”`];
  return { kind: 'unknown', confidence: 'low', evidence: [...said, ...logged] };
}
