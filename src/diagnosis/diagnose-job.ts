import { counted } from '../in-words.ts';
import type { FailureKind } from '../ports/failure-kind.ts';
import type { TrainingJob } from '../ports/ports.ts';
import { hasEnded, interruptionsOf, stateInWords } from '../training-job/job-state.ts';
import { type Classified, classifyFailure } from './classify-failure.ts';
import { doubtsAboutCompleted, type WhatIsLeft } from './doubt-completed.ts';
import { type Chosen, strategyFor } from './strategy.ts';

/** What a diagnosis reads of a job: less than all of it, as a saved answer may be trimmed. */
export type Patient = Pick<
  TrainingJob,
  'status' | 'secondaryStatus' | 'transitions' | 'failureReason' | 'spot' | 'checkpointUri'
>;

export interface Verdict extends Chosen {
  readonly kind: FailureKind;
  readonly evidence: readonly string[];
  readonly confidence: Classified['confidence'];
}

/** The verdict on one look at a job, without waiting: for people and scripts that ask once. */
export function diagnoseJob(job: Patient, left: WhatIsLeft): Verdict {
  if (!hasEnded(job)) return notEnded(job);
  if (job.status === 'Completed') return completed(left);
  const classified = classifyFailure(job, left.logTail);
  return { ...classified, ...strategyFor(classified.kind, job) };
}

/** A second job beside one that SageMaker restarts would write to the same checkpoints. */
function notEnded(job: Patient): Verdict {
  const interruptions = interruptionsOf(job);
  const evidence = [`SageMaker says ${stateInWords(job)}`, counted(interruptions, 'spot interruption')];
  if (interruptions === 0)
    return { kind: 'unknown', strategy: 'none', why: 'the job has not ended', evidence, confidence: 'high' };
  const why = 'the job has not ended: SageMaker restarts an interrupted spot job by itself';
  const strategy = job.secondaryStatus === 'Training' ? 'none_trains_again' : 'none';
  return { kind: 'spot_interruption', strategy, why, evidence, confidence: 'high' };
}

function completed(left: WhatIsLeft): Verdict {
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
