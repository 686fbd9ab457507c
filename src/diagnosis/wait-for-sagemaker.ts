import { counted, minutes, time } from '../in-words.ts';
import type { TrainingJob } from '../ports/ports.ts';
import { Again } from '../ports/step-output.ts';
import { inStateSince, interruptedSince, interruptionsOf, stateInWords } from '../training-job/job-state.ts';

/** An alarm can arrive before DescribeTrainingJob shows the failure. For this long, `Training` is not trusted. */
const doubtMs = 5 * 60_000;

/** The share of the RTO after which a person may choose not to wait any longer. */
const patience = 0.5;

interface Watched {
  readonly kind: 'spot_interruption' | 'unknown';
  readonly strategy: 'none_trains_again' | 'resume_elsewhere' | 'none';
  readonly why: string;
  readonly evidence: string[];
  readonly confidence: 'high' | 'medium';
}

/**
 * Decides whether to wait for a job that has not ended. A second job beside one that SageMaker restarts would write to
 * the same checkpoints. https://docs.aws.amazon.com/sagemaker/latest/dg/model-managed-spot-training.html
 */
export function restartBySageMaker(
  job: TrainingJob,
  { failedAt, rtoMinutes }: { readonly failedAt: number; readonly rtoMinutes?: number | undefined },
  now: number,
): Watched | Again {
  const since = inStateSince(job);
  if (job.status !== 'InProgress' || job.secondaryStatus !== 'Training') {
    const used = minutesWaited(job, failedAt, now);
    const late = rtoMinutes !== undefined && used >= rtoMinutes * patience;
    return late && waitsForCapacity(job) ? tooSlow(job, used, rtoMinutes) : stillWaiting(job, since, now);
  }
  if (since >= failedAt && interruptionsOf(job) > 0) return trainsAgain(job, since);
  if (now - failedAt < doubtMs)
    return new Again(
      15_000,
      'The job is training: waiting a few minutes for SageMaker to show what the alarm saw',
    );
  return interruptionsOf(job) > 0 ? trainsAgain(job, since) : neverStopped(since);
}

/** News of the interruption can come long after it. */
function minutesWaited(job: TrainingJob, failedAt: number, now: number): number {
  return (now - Math.min(failedAt, interruptedSince(job) ?? failedAt)) / 60_000;
}

/** Once the job has instances, waiting is worthwhile. */
function waitsForCapacity(job: TrainingJob): boolean {
  const waits = job.secondaryStatus === 'Interrupted' || job.secondaryStatus === 'Starting';
  return job.status === 'InProgress' && waits && interruptionsOf(job) > 0;
}

function tooSlow(job: TrainingJob, used: number, rtoMinutes: number): Watched {
  return {
    kind: 'spot_interruption',
    strategy: 'resume_elsewhere',
    why: `SageMaker has found no capacity for ${minutes(used)}, and the RTO is ${minutes(rtoMinutes)}`,
    evidence: [`${stateInWords(job)} since ${time(inStateSince(job))}`],
    confidence: 'high',
  };
}

function trainsAgain(job: TrainingJob, since: number): Watched {
  const interruptions = counted(interruptionsOf(job), 'spot interruption');
  return {
    kind: 'spot_interruption',
    strategy: 'none_trains_again',
    why: `SageMaker restarted the job itself at ${time(since)}`,
    evidence: [`Training since ${time(since)}, after ${interruptions}`],
    confidence: 'high',
  };
}

function neverStopped(since: number): Watched {
  return {
    kind: 'unknown',
    strategy: 'none',
    why: 'the job trains and SageMaker shows no interruption',
    evidence: [`Training since ${time(since)}, with no interruption`],
    confidence: 'medium',
  };
}

function stillWaiting(job: TrainingJob, since: number, now: number): Again {
  const waited = now - since;
  const note = `${stateInWords(job)} for ${minutes(waited / 60_000)}: ${doing(job)}, so Relight waits`;
  return new Again(lookAgainMs(waited), note);
}

function doing(job: TrainingJob): string {
  if (job.status === 'Stopping' || job.secondaryStatus === 'Uploading') return 'it is about to end';
  return interruptionsOf(job) > 0 ? 'SageMaker is restarting it automatically' : 'SageMaker is starting it';
}

/** Often at first, when most changes happen, then rarely: the rate limit of DescribeTrainingJob covers the whole account. */
function lookAgainMs(waited: number): number {
  if (waited < 30_000) return 3_000;
  if (waited < 2 * 60_000) return 8_000;
  return waited < 10 * 60_000 ? 20_000 : 60_000;
}
