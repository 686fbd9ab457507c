import type { Mark } from '../ports/ports.ts';
import type { JobSummary } from '../ports/region.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html: `[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}` */
const longest = 63;

/** What an earlier recovery added to the name of the job that now failed. */
const ownSuffix = /-r(\d+)-([0-9a-f]{16})$/;

/** The name that the job had before any recovery; a long one stays as short as the recovery has cut it. */
export function originalName(job: string): string {
  return job.replace(ownSuffix, '');
}

/** The one name of this try: the same after a crash, another for the next try. */
export function launchName(job: string, { attempt, id }: Pick<Mark, 'attempt' | 'id'>): string {
  const suffix = `-r${attempt}-${id}`;
  const kept = originalName(job)
    .slice(0, longest - suffix.length)
    .replace(/(?<!-)-+$/, '');
  return `${kept}${suffix}`;
}

/** Whether Relight gave this name to a copy of the job, or to one that recovered the same job before. */
export function isCopyOf(job: string, name: string): boolean {
  const [, attempt, id] = ownSuffix.exec(name) ?? [];
  if (attempt === undefined || id === undefined || name === job) return false;
  return launchName(job, { attempt: Number(attempt), id }) === name;
}

/** The names that the tries before this one gave. */
export function earlierNames(job: string, mark: Pick<Mark, 'earlier'>): string[] {
  return mark.earlier.map((id, index) => launchName(job, { attempt: index + 1, id }));
}

/** The newest job that recovers this one, however it went: it is the one to look at now. */
export function newerCopyOf(
  { name: job, createdAt: at }: Pick<JobSummary, 'name' | 'createdAt'>,
  newestFirst: readonly JobSummary[],
): JobSummary | undefined {
  return newestFirst.find(({ name, createdAt }) => createdAt > at && isCopyOf(job, name));
}
