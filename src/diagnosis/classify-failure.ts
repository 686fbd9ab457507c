import { counted, quote, sizeInWords } from '../in-words.ts';
import type { FailureKind } from '../ports/failure-kind.ts';
import type { TrainingJob } from '../ports/ports.ts';
import { interruptionsOf } from '../training-job/job-state.ts';
import { hintsIn } from './crash-hints.ts';
import { type FailureRule, failureRules } from './failure-rules.ts';
import { failureSymptoms } from './failure-symptoms.ts';
import { textToRead } from './logs/text-to-read.ts';

export interface Classified {
  readonly kind: FailureKind;
  readonly confidence: 'high' | 'medium' | 'low';
  /** Quotes from SageMaker or the log. */
  readonly evidence: readonly string[];
}

type EndedJob = Pick<TrainingJob, 'status' | 'secondaryStatus' | 'transitions' | 'failureReason' | 'spot'>;

/**
 * Classifies why an ended job failed. SageMaker's statements take precedence over the job's: status, secondary status,
 * FailureReason, then the log. FailureReason holds 1,024 characters and is often truncated before the important line,
 * so the log decides if it is unclear.
 */
export function classifyFailure(job: EndedJob, logTail: readonly string[]): Classified {
  return fromStatus(job) ?? fromWords(job, logTail) ?? unknown(job, logTail);
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
  return (fromStatus(job) ?? causeIn(reasonOf(job))) === undefined;
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

interface Said {
  readonly where: 'FailureReason' | 'Log';
  readonly text: string;
  readonly confidence: 'high' | 'medium';
}

function reasonOf({ failureReason = '' }: EndedJob): Said {
  return { where: 'FailureReason', text: failureReason, confidence: 'high' };
}

/** A cause found anywhere explains a symptom found anywhere; the symptom is then additional evidence. */
function fromWords(job: EndedJob, logTail: readonly string[]): Classified | undefined {
  const reason = reasonOf(job);
  const log: Said = { where: 'Log', text: textToRead(logTail).text, confidence: 'medium' };
  const known = causeIn(reason);
  if (known !== undefined) return known;
  const cause = causeIn(log);
  const symptom = symptomIn(reason) ?? symptomIn(log);
  if (cause === undefined || symptom === undefined) return cause ?? symptom;
  return { ...cause, evidence: [...cause.evidence, ...symptom.evidence.slice(0, 1)] };
}

function causeIn(said: Said): Classified | undefined {
  const first = firstMatch(said, failureRules);
  return first && { kind: first.rule.kind, confidence: said.confidence, evidence: [first.quoted] };
}

function symptomIn(said: Said): Classified | undefined {
  const first = firstMatch(said, failureSymptoms);
  return first && { kind: first.rule.kind, confidence: 'low', evidence: [first.quoted, first.rule.unsure] };
}

function firstMatch<R extends FailureRule>(
  { where, text }: Said,
  rules: readonly R[],
): { readonly rule: R; readonly quoted: string } | undefined {
  for (const rule of rules) {
    const found = rule.pattern.exec(text);
    if (found !== null) return { rule, quoted: `${where}: “${around(text, found)}”` };
  }
  return undefined;
}

/** The matching text with its surroundings; of a long traceback the end, which names the error. */
function around(text: string, found: RegExpExecArray): string {
  const [{ length }] = found;
  if (length > 160) return quote(text.slice(found.index + length - 120, found.index + length + 200));
  const start = Math.max(0, text.lastIndexOf('\n', found.index) + 1, found.index - 60);
  return quote(text.slice(start, start + 400));
}

function unknown(job: EndedJob, logTail: readonly string[]): Classified {
  const said = job.failureReason === undefined ? [] : [`FailureReason: “${quote(job.failureReason)}”`];
  const last = logTail.findLast((line) => line.trim() !== '');
  const logged = last === undefined ? ['No log line was read'] : [`Last log line: “${quote(last)}”`];
  const { leftOut } = textToRead(logTail);
  if (leftOut > 0) logged.push(`${sizeInWords(leftOut)} of the log was not searched: its lines are too long`);
  return {
    kind: 'unknown',
    confidence: 'low',
    evidence: [...said, ...hintsIn(job.failureReason), ...logged],
  };
}
