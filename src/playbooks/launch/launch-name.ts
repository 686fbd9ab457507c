import type { Mark } from '../ports.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html: `[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}` */
const longest = 63;

/** What an earlier recovery added to the name of the job that now failed. */
const ownSuffix = /-r\d+-[0-9a-f]{16}$/;

/** The one name of this try: the same after a crash, another for the next try. */
export function launchName(job: string, { attempt, id }: Pick<Mark, 'attempt' | 'id'>): string {
  const suffix = `-r${attempt}-${id}`;
  const kept = job
    .replace(ownSuffix, '')
    .slice(0, longest - suffix.length)
    .replace(/-+$/, '');
  return `${kept}${suffix}`;
}

/** The names that the tries before this one gave. */
export function earlierNames(job: string, mark: Pick<Mark, 'earlier'>): string[] {
  return mark.earlier.map((id, index) => launchName(job, { attempt: index + 1, id }));
}
