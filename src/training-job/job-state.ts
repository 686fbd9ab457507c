import { OpsError } from '../errors.ts';
import type { Training, TrainingJob } from '../ports/ports.ts';

/**
 * Whether the job has ended. The values are "subject to change", so an unknown status counts as not ended.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTrainingJob.html
 */
export function hasEnded(job: Pick<TrainingJob, 'status'>): boolean {
  return job.status === 'Completed' || job.status === 'Failed' || job.status === 'Stopped';
}

/** False while the job is starting, downloading, interrupted, uploading or stopping. */
export function trains({
  status,
  secondaryStatus,
}: Pick<TrainingJob, 'status' | 'secondaryStatus'>): boolean {
  return status === 'InProgress' && secondaryStatus === 'Training';
}

/** `Interrupted` is a secondary status inside `InProgress`; each entry is one spot interruption. */
export function interruptionsOf(job: Pick<TrainingJob, 'transitions'>): number {
  return job.transitions.filter(({ status }) => status === 'Interrupted').length;
}

/**
 * When the job last trained or uploaded its results. Not when it ended: a spot job that lost its instances can wait for
 * hours before SageMaker gives up, and nothing is trained, written or lost meanwhile.
 */
export function trainedUntil({
  transitions,
  endedAt,
}: Pick<TrainingJob, 'transitions' | 'endedAt'>): number | undefined {
  const last = transitions.findLastIndex(({ status }) => status === 'Training' || status === 'Uploading');
  const after = last === -1 ? undefined : transitions[last + 1];
  return transitions[last]?.endedAt ?? after?.startedAt ?? endedAt;
}

/** Since when the job has had no instances, if it has not trained since its last interruption. News of it can come late. */
export function interruptedSince({ transitions }: Pick<TrainingJob, 'transitions'>): number | undefined {
  const last = transitions.findLastIndex(({ status }) => status === 'Training');
  return transitions.slice(last + 1).find(({ status }) => status === 'Interrupted')?.startedAt;
}

/** When the job entered its current state. */
export function inStateSince(job: Pick<TrainingJob, 'transitions' | 'createdAt'>): number {
  return job.transitions.at(-1)?.startedAt ?? job.createdAt;
}

/** Status and secondary status; one word if they are equal. */
export function stateInWords({
  status,
  secondaryStatus,
}: Pick<TrainingJob, 'status' | 'secondaryStatus'>): string {
  return status === secondaryStatus ? status : `${status} / ${secondaryStatus}`;
}

/** Throws if one of these jobs is still running: two jobs on one checkpoint folder overwrite each other. */
export async function refuseWhileRunning(training: Training, names: readonly string[]): Promise<void> {
  const jobs = await Promise.all(names.map((name) => training.find(name)));
  const running = jobs.find((job) => job !== undefined && !hasEnded(job));
  if (running === undefined) return;
  throw new OpsError('job-still-running', `${running.name} is ${stateInWords(running)}`);
}
