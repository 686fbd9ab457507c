import { OpsError } from '../errors.ts';
import type { Ports, TrainingJob } from '../ports/ports.ts';
import { newerCopyOf } from '../training-job/copy-names.ts';

const mostListed = 500;
const endedBadly: ReadonlySet<string> = new Set(['Failed', 'Stopped']);

/**
 * Somebody may recover the same job in an incident of its own: two copies cost twice, and one of them for nothing. A copy
 * that has completed recovered the job where it had failed. Where the job itself completed, the copy is an earlier
 * retraining, which stands in nobody's way.
 */
export async function refuseBesideCopy(
  { name, createdAt, status }: Pick<TrainingJob, 'name' | 'createdAt' | 'status'>,
  { region }: Pick<Ports, 'region'>,
): Promise<void> {
  const { found } = await region.jobs(createdAt, mostListed);
  const counts = (copy: string): boolean =>
    !endedBadly.has(copy) && !(copy === 'Completed' && status === 'Completed');
  const copy = newerCopyOf(
    { name, createdAt },
    found.filter((one) => counts(one.status)),
  );
  if (copy === undefined) return;
  const does = copy.status === 'Completed' ? 'has recovered' : 'already runs in place of';
  throw new OpsError('job-still-running', `${copy.name} ${does} ${name}`);
}
