import type { Ports, TrainingJob, S3Uri as Uri } from '../ports/ports.ts';
import { originalName } from '../training-job/copy-names.ts';
import { blockedFor } from './blocking/training-code.ts';
import { listCheckpoints } from './finding/list-checkpoints.ts';
import { asFolder, type CheckpointFolder, nameOf } from './folders.ts';

/** One location that may hold backups of a job, and the checkpoints in it. */
export interface BackupLocation {
  readonly root: Uri;
  readonly folders: readonly CheckpointFolder[];
}

/**
 * The addresses that belong to this job alone, so that another job's weights are never used: the key of its own
 * folder, which S3 replication keeps, its name, and the name it had before a recovery.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html
 */
export function backupRoots(
  { name, checkpointUri }: Pick<TrainingJob, 'name' | 'checkpointUri'>,
  backupPrefix: Uri,
): Uri[] {
  const below = asFolder(backupPrefix);
  const key = checkpointUri === undefined ? '' : checkpointUri.replace(/^s3:\/\/[^/]+\/?/, '');
  const paths = [key, name, originalName(name)].filter((path) => path !== '');
  return [...new Set(paths.map((path) => asFolder(`${below}${path}`)))];
}

/** The locations that contain at least one checkpoint. */
export async function backupLocations(
  roots: readonly Uri[],
  { checkpoints }: Pick<Ports, 'checkpoints'>,
): Promise<BackupLocation[]> {
  const locations = await Promise.all(
    roots.map(async (root) => ({ root, folders: (await listCheckpoints(checkpoints, root)).folders })),
  );
  return locations.filter(({ folders }) => folders.length > 0);
}

/** Checkpoints of which neither the backup nor the original is on the blocklist. Highest step first. */
export async function withoutBlocked(
  folders: readonly CheckpointFolder[],
  job: TrainingJob,
  ports: Pick<Ports, 'blocklist' | 'checkpoints' | 'images'>,
): Promise<CheckpointFolder[]> {
  const { checkpointUri: own } = job;
  const copied = (uri: Uri): Uri[] => (own === undefined ? [] : [`${asFolder(own)}${nameOf(uri)}/`]);
  const blocked = await blockedFor(
    job,
    folders.flatMap(({ uri }) => [uri, ...copied(uri)]),
    ports,
  );
  return folders
    .filter(({ uri }) => ![uri, ...copied(uri)].some((one) => blocked.has(one)))
    .toSorted((one, other) => other.step - one.step);
}
