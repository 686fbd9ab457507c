import type { AttemptKey } from '../ports/ports.ts';
import type { JobSummary } from '../ports/region.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html: `[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}` */
const longest = 63;

/** The suffix that an earlier recovery appended to the job name. */
const ownSuffix = /-r(\d+)-([0-9a-f]{16})$/;

/** The job name before any recovery; a long name stays truncated. */
export function originalName(job: string): string {
  return job.replace(ownSuffix, '');
}

/** The job name of this attempt: the same after a crash, a different one for the next attempt. */
export function launchName(job: string, { attempt, id }: Pick<AttemptKey, 'attempt' | 'id'>): string {
  const suffix = `-r${attempt}-${id}`;
  const kept = originalName(job)
    .slice(0, longest - suffix.length)
    .replace(/(?<!-)-+$/, '');
  return `${kept}${suffix}`;
}

/** Whether Relight gave this name to a copy of the job, or to an earlier recovery of the same job. */
export function isCopyOf(job: string, name: string): boolean {
  const [, attempt, id] = ownSuffix.exec(name) ?? [];
  if (attempt === undefined || id === undefined || name === job) return false;
  return launchName(job, { attempt: Number(attempt), id }) === name;
}

/** The job names of earlier attempts. */
export function earlierNames(job: string, attemptKey: Pick<AttemptKey, 'earlier'>): string[] {
  return attemptKey.earlier.map((id, index) => launchName(job, { attempt: index + 1, id }));
}

/** The newest copy of this job, whatever its status. */
export function newerCopyOf(
  { name: job, createdAt: at }: Pick<JobSummary, 'name' | 'createdAt'>,
  newestFirst: readonly JobSummary[],
): JobSummary | undefined {
  return newestFirst.find(({ name, createdAt }) => createdAt > at && isCopyOf(job, name));
}
