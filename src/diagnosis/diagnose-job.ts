import { counted } from '../in-words.ts';
import { type FailureKind, failureWords } from '../ports/failure-kind.ts';
import type { TrainingJob } from '../ports/ports.ts';
import { hasEnded, interruptionsOf, stateInWords } from '../training-job/job-state.ts';
import { classifyFailure } from './classify-failure.ts';
import { doubtsAboutCompleted, type WhatIsLeft } from './doubt-completed.ts';
import {
  type Justified,
  offersFor,
  type Strategy,
  type Suspect,
  strategyOf,
  suspectsOf,
} from './strategy.ts';
import type { RunnerUp, Verdict } from './verdict.ts';

/** The fields of a job that a diagnosis needs. Saved DescribeTrainingJob output can lack the others. */
export type DiagnosableJob = Pick<
  TrainingJob,
  'status' | 'secondaryStatus' | 'transitions' | 'failureReason' | 'spot' | 'checkpointUri'
>;

/** What broke, with the evidence, and the recovery strategy for it. */
export type Diagnosis = Cause & Justified;

interface Cause extends Pick<Verdict, 'runnerUp' | 'remedy' | 'demand' | 'fingerprint'> {
  readonly kind: FailureKind;
  readonly evidence: readonly string[];
  /** Recoveries that a person may choose if the strategy is `none` only because the cause is not certain. */
  readonly offers?: readonly Strategy[];
  /** The two likeliest causes if neither is certain. */
  readonly suspects?: readonly Suspect[];
}

/** Diagnoses the current state of a job without waiting. */
export function diagnoseJob(job: DiagnosableJob, left: WhatIsLeft): Diagnosis {
  if (!hasEnded(job)) return notEnded(job);
  if (job.status === 'Completed') return completed(left);
  return diagnosisOf(classifyFailure(job, left.logs), job);
}

/** The verdict with the recovery that follows from it. */
export function diagnosisOf(verdict: Verdict, job: Pick<DiagnosableJob, 'checkpointUri'>): Diagnosis {
  const { advice: _, confidence: __, ...known } = verdict;
  const offers = offersFor(verdict, job);
  const suspects = suspectsOf(verdict);
  return {
    ...known,
    ...strategyOf(verdict, job),
    ...(offers.length > 0 && { offers }),
    ...(suspects.length > 0 && { suspects }),
  };
}

export function runnerUpInWords({ kind, evidence, lost }: RunnerUp): string {
  return `Less likely: ${failureWords[kind]} (${evidence}): ${lost}`;
}

/** No strategy launches a job here: it would write to the same checkpoints as the one that SageMaker restarts. */
function notEnded(job: DiagnosableJob): Diagnosis {
  const interruptions = interruptionsOf(job);
  const evidence = [`SageMaker says ${stateInWords(job)}`, counted(interruptions, 'spot interruption')];
  if (interruptions === 0)
    return { kind: 'unknown', strategy: 'none', why: 'the job has not ended', evidence, confidence: 'high' };
  const why = 'the job has not ended: SageMaker restarts interrupted spot jobs automatically';
  const strategy = job.secondaryStatus === 'Training' ? 'none_trains_again' : 'none';
  return { kind: 'spot_interruption', strategy, why, evidence, confidence: 'high' };
}

function completed(left: WhatIsLeft): Diagnosis {
  const doubts = doubtsAboutCompleted(left);
  const evidence = ['SageMaker says Completed', ...doubts];
  const end = { kind: 'unknown', strategy: 'none', evidence } as const;
  if (doubts.length === 0) return { ...end, why: 'the job has completed', confidence: 'high' };
  return {
    ...end,
    why: 'the job has completed, but it may not have trained: check its data and its log',
    confidence: 'low',
  };
}
