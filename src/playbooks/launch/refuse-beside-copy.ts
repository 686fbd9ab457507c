import { OpsError } from '../../errors.ts';
import type { Ports, TrainingJob } from '../ports.ts';
import { newerCopyOf } from '../region/look-at-jobs.ts';

const mostListed = 500;
const endedBadly: ReadonlySet<string> = new Set(['Failed', 'Stopped']);

/** Somebody may recover the same job in an incident of its own: two copies cost twice, and one of them for nothing. */
export async function refuseBesideCopy(
  { name, createdAt }: Pick<TrainingJob, 'name' | 'createdAt'>,
  { region }: Pick<Ports, 'region'>,
): Promise<void> {
  const { found } = await region.jobs(createdAt, mostListed);
  const copy = newerCopyOf(
    { name, createdAt },
    found.filter(({ status }) => !endedBadly.has(status)),
  );
  if (copy !== undefined) throw new OpsError('job-still-running', `${copy.name} already recovers ${name}`);
}
