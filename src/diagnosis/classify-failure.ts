import { counted, quote, sizeInWords } from '../in-words.ts';
import type { FailureKind } from '../ports/failure-kind.ts';
import type { TrainingJob } from '../ports/ports.ts';
import { interruptionsOf } from '../training-job/job-state.ts';
import { hintsIn } from './crash-hints.ts';
import { reasonIn } from './facts/failure-reason.ts';
import { gatherFacts } from './facts/gather-facts.ts';
import { fingerprintOfEnd } from './fingerprint.ts';
import { type HostLog, hostLogs, type LogTails } from './logs/voices.ts';
import { serviceRules } from './rules/service-rules.ts';
import { type Verdict, verdictOn } from './verdict.ts';

export type Classified = Verdict;

type EndedJob = Pick<TrainingJob, 'status' | 'secondaryStatus' | 'transitions' | 'failureReason' | 'spot'>;

/**
 * Classifies why an ended job failed. SageMaker's statements take precedence over the job's: status, secondary status,
 * its own words in FailureReason, then what the processes of all hosts said when they ended.
 */
export function classifyFailure(job: EndedJob, logs: LogTails): Classified {
  return withFingerprint(fromStatus(job) ?? fromService(job) ?? fromFacts(job, hostLogs(logs)), job);
}

/** A verdict that no exception led to is recognized by what SageMaker says. A job that a person stopped has no bug. */
function withFingerprint(
  verdict: Classified,
  { status, secondaryStatus, failureReason }: EndedJob,
): Classified {
  if (verdict.fingerprint !== undefined || verdict.kind === 'user_stopped') return verdict;
  const fingerprint = fingerprintOfEnd(status === 'Stopped' ? secondaryStatus : '', failureReason);
  return fingerprint === undefined ? verdict : { ...verdict, fingerprint };
}

/** The fields of an event about a job's end: the same as a description, except the times. */
export function classifyEnd({
  statuses,
  ...end
}: Omit<EndedJob, 'transitions'> & { readonly statuses: readonly string[] }): FailureKind {
  const transitions = statuses.map((status) => ({ status, startedAt: 0 }));
  return classifyFailure({ ...end, transitions }, []).kind;
}

/** Whether the log can change the answer. Reading it costs calls, and most interruptions do not need it. */
export function needsLog(job: EndedJob): boolean {
  return (fromStatus(job) ?? fromService(job)) === undefined;
}

/** https://docs.aws.amazon.com/sagemaker/latest/dg/model-managed-spot-training.html lists these ends of a spot job. */
function fromStatus(job: EndedJob): Classified | undefined {
  if (job.status !== 'Stopped') return undefined;
  const evidence = [`SageMaker stopped the job: ${job.secondaryStatus}`];
  if (job.secondaryStatus === 'MaxWaitTimeExceeded') return outOfWaitTime(job, evidence);
  if (job.secondaryStatus === 'MaxRuntimeExceeded')
    return { kind: 'time_limit', confidence: 'high', evidence };
  if (job.secondaryStatus !== 'Stopped') return undefined;
  return { kind: 'user_stopped', confidence: 'high', evidence: ['Someone called StopTrainingJob'] };
}

/** MaxWaitTime covers waiting and running, so the transitions tell an interruption from a job that never got instances. */
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

/** SageMaker's own words. The container's are judged together with the log. */
function fromService({ failureReason = '' }: EndedJob): Classified | undefined {
  return reasonIn(failureReason).byService ? serviceVerdict(failureReason) : undefined;
}

function serviceVerdict(failureReason: string): Classified | undefined {
  const rule = serviceRules.find(({ says }) => says.test(failureReason));
  if (rule === undefined) return undefined;
  const said = `FailureReason: “${quote(failureReason, 400)}”`;
  return {
    kind: rule.kind,
    confidence: rule.unsure === undefined ? 'high' : 'low',
    evidence: rule.unsure === undefined ? [said] : [said, rule.unsure],
    ...(rule.advice !== undefined && { advice: rule.advice }),
    ...(rule.remedy !== undefined && { remedy: rule.remedy }),
  };
}

function fromFacts(job: EndedJob, logs: readonly HostLog[]): Classified {
  const facts = gatherFacts(job.failureReason ?? '', logs);
  return verdictOn(facts) ?? passedOn(job) ?? unknown(job, logs, facts.leftOut);
}

/** Some containers pass on what SageMaker or AWS said, in their own words. */
function passedOn({ failureReason = '' }: EndedJob): Classified | undefined {
  const verdict = serviceVerdict(failureReason);
  return verdict && { ...verdict, confidence: 'low' };
}

function unknown(job: EndedJob, logs: readonly HostLog[], leftOut: number): Classified {
  const said = job.failureReason === undefined ? [] : [`FailureReason: “${quote(job.failureReason)}”`];
  const last = logs.flatMap(({ lines }) => lines.findLast(({ text }) => text.trim() !== '') ?? [])[0];
  const logged = last === undefined ? ['No log line was read'] : [`Last log line: “${quote(last.text)}”`];
  if (leftOut > 0) logged.push(`${sizeInWords(leftOut)} of the log was not searched: its lines are too long`);
  return {
    kind: 'unknown',
    confidence: 'low',
    evidence: [...said, ...hintsIn(job.failureReason), ...logged],
  };
}
