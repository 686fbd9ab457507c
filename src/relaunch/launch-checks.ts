import { z } from 'zod';
import { asFolder } from '../checkpoints/folders.ts';
import { OpsError } from '../errors.ts';
import { counted } from '../in-words.ts';
import { S3Uri } from '../ports/basics.ts';
import type {
  AttemptKey,
  JsonObject,
  LaunchRequest,
  Ports,
  TrainingJob,
  S3Uri as Uri,
} from '../ports/ports.ts';
import type { JobSummary } from '../ports/region.ts';
import { overlap } from '../ports/s3/address.ts';
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

/** Jobs that run or have changed since the failed one was created: more pages only exist in a busy account. */
const maxListed = 2_000;
/** A stopping job has up to 120 seconds to save. */
const writing: ReadonlySet<string> = new Set(['InProgress', 'Stopping']);
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
 * retraining, and does not matter. Returns the jobs that it found running.
 */
export async function refuseBesideCopy(
  { name, createdAt, status }: Pick<TrainingJob, 'name' | 'createdAt' | 'status'>,
  { region }: Pick<Ports, 'region'>,
): Promise<readonly JobSummary[]> {
  const { found } = await region.jobs(createdAt, maxListed);
  const copy = newerCopyOf(
    { name, createdAt },
    found.filter((one) => replaces(one.status, status)),
  );
  if (copy === undefined) return found.filter((one) => writing.has(one.status));
  const does = copy.status === 'Completed' ? 'has recovered' : 'already replaces';
  throw new OpsError('job-still-running', `${copy.name} ${does} ${name}`);
}

/**
 * Throws `folder-in-use` if one of the running jobs writes checkpoints to the folder of the request, above it or below it:
 * two jobs would overwrite and resume from each other's. `job`: the failed job, which has ended before the launch.
 */
export async function refuseSharedFolder(
  request: JsonObject,
  job: string,
  running: readonly JobSummary[],
  { region }: Pick<Ports, 'region'>,
): Promise<void> {
  const { TrainingJobName: own, CheckpointConfig: config } = Request.parse(request);
  if (config === undefined) return;
  const others = running.filter(({ name }) => name !== job && name !== own);
  const roots = await region.checkpointRoots(others);
  const shared = [...roots].find(([, uri]) => overlap(config.S3Uri, uri));
  if (shared === undefined) return;
  const [name, uri] = shared;
  const where =
    asFolder(config.S3Uri) === asFolder(uri as Uri) ? '' : `, which overlaps with ${config.S3Uri}`;
  throw new OpsError('folder-in-use', `${name} is running and writes to ${uri}${where}`);
}

/** Both checks with a new list of jobs, for right before the launch. */
export async function refuseRunningBeside(
  request: JsonObject,
  failed: Pick<TrainingJob, 'name' | 'createdAt' | 'status'>,
  ports: Pick<Ports, 'region'>,
): Promise<void> {
  await refuseSharedFolder(request, failed.name, await refuseBesideCopy(failed, ports), ports);
}

/** Throws `approval-lapsed` unless the request names the job to launch. */
export function launchIn(request: JsonObject): LaunchRequest {
  const { TrainingJobName: name } = request;
  if (typeof name !== 'string') throw new OpsError('approval-lapsed', 'the request names no training job');
  return { ...request, TrainingJobName: name };
}
