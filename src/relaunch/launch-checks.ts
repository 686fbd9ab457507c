import { z } from 'zod';
import { asFolder } from '../checkpoints/folders.ts';
import { OpsError } from '../errors.ts';
import { counted } from '../in-words.ts';
import { S3Uri } from '../ports/basics.ts';
import type { AttemptKey, JsonObject, Ports, TrainingJob } from '../ports/ports.ts';
import { earlierNames, newerCopyOf } from '../training-job/copy-names.ts';

const Request = z.object({
  TrainingJobName: z.string(),
  CheckpointConfig: z.object({ S3Uri }).optional(),
});

/**
 * Before a launch from scratch: throws `folder-not-empty` if the checkpoint folder is not empty, because the Trainer would
 * resume from it. Once the job exists, the files there are its own.
 */
export async function requireFreshFolder(
  request: JsonObject,
  { training, checkpoints }: Pick<Ports, 'training' | 'checkpoints'>,
): Promise<void> {
  const { TrainingJobName: name, CheckpointConfig: config } = Request.parse(request);
  if (config === undefined || (await training.find(name)) !== undefined) return;
  const files = await checkpoints.files(asFolder(config.S3Uri));
  if (files.length > 0)
    throw new OpsError('folder-not-empty', `${config.S3Uri} contains ${counted(files.length, 'file')}`);
}

const maxListed = 500;
const endedBadly: ReadonlySet<string> = new Set(['Failed', 'Stopped']);

/**
 * The copy that an earlier attempt of the same step launched, and that replaces the job now, newest first. Its tags must be
 * those of that attempt: a job of somebody else under the name is none of ours.
 */
export async function earlierLaunch(
  job: string,
  { training }: Pick<Ports, 'training'>,
  attemptKey: AttemptKey,
): Promise<TrainingJob | undefined> {
  if (attemptKey.earlier.length === 0) return undefined;
  const { status } = await training.describe(job);
  const named = earlierNames(job, attemptKey).map((name, index) => ({ name, id: attemptKey.earlier[index] }));
  for (const { name, id } of named.toReversed()) {
    const found = await training.find(name);
    if (found === undefined || !replaces(found.status, status)) continue;
    if ((await training.tags(name)).get('relight:intent') === id) return found;
  }
  return undefined;
}

/** A copy that ended badly replaces nothing; two completed jobs are an earlier retraining and its source. */
function replaces(copy: string, source: string): boolean {
  return !endedBadly.has(copy) && !(copy === 'Completed' && source === 'Completed');
}

/**
 * Refuses a second copy of the same job, since somebody may be recovering it in another incident: two copies cost twice
 * as much. A completed copy of a failed job has recovered it. A completed copy of a completed job is an earlier
 * retraining, and does not matter.
 */
export async function refuseBesideCopy(
  { name, createdAt, status }: Pick<TrainingJob, 'name' | 'createdAt' | 'status'>,
  { region }: Pick<Ports, 'region'>,
): Promise<void> {
  const { found } = await region.jobs(createdAt, maxListed);
  const copy = newerCopyOf(
    { name, createdAt },
    found.filter((one) => replaces(one.status, status)),
  );
  if (copy === undefined) return;
  const does = copy.status === 'Completed' ? 'has recovered' : 'already replaces';
  throw new OpsError('job-still-running', `${copy.name} ${does} ${name}`);
}
