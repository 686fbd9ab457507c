import { asFolder } from '../../checkpoints/folders.ts';
import { OpsError } from '../../errors.ts';
import { archiveIn, type S3Uri, submitDirectory } from '../../ports/basics.ts';
import { identityOf, type ObjectsBasis } from '../../ports/basis.ts';
import { sha256 } from '../../ports/canonical.ts';
import type { Ports, TrainingJob } from '../../ports/ports.ts';
import type { Pin } from './requirement.ts';
import { type PinnedRequirements, withPin } from './requirements-file.ts';
import { readArchive, type SourceArchive } from './source-archive.ts';

const noArchive =
  'the job has no source archive in S3 (sagemaker_submit_directory), so its code is in the image or in a channel';

/** The archive of the job. Throws `source-unusable`. */
export async function archiveOf(
  { hyperParameters }: Pick<TrainingJob, 'hyperParameters'>,
  { datasets }: Pick<Ports, 'datasets'>,
): Promise<SourceArchive> {
  const uri = archiveIn(hyperParameters);
  if (uri === undefined) throw new OpsError('source-unusable', noArchive);
  return readArchive(uri, datasets);
}

/** A new archive that differs in requirements.txt, and the job that uses it. */
export interface PlannedPin extends PinnedRequirements {
  readonly archive: SourceArchive;
  readonly target: S3Uri;
  readonly hyperParameters: Readonly<Record<string, string>>;
  readonly basis: ObjectsBasis;
}

/**
 * Plans the archive for the launch of this name. The address contains the hash of the new requirements.txt, so that
 * people approve its content together with the request.
 */
export async function planPin(job: TrainingJob, name: string, pin: Pin, ports: Ports): Promise<PlannedPin> {
  const archive = await archiveOf(job, ports);
  const pinned = withPin(archive.requirements ?? '', pin);
  const target: S3Uri = `${asFolder(ports.recoveryPrefix)}sources/${name}/${sha256({ requirements: pinned.text }).slice(0, 32)}/sourcedir.tar.gz`;
  const isJson = job.hyperParameters[submitDirectory]?.trim().startsWith('"') === true;
  return {
    ...pinned,
    archive,
    target,
    hyperParameters: { [submitDirectory]: isJson ? JSON.stringify(target) : target },
    basis: basisOf(archive),
  };
}

/** In the same form as `freezeObjects`, for the one object. */
function basisOf({ object: { uri, key, size, etag } }: SourceArchive): ObjectsBasis {
  return {
    kind: 'objects',
    what: 'the source archive',
    uri,
    objects: 1,
    bytes: size,
    identity: identityOf([{ name: key, size, etag }]),
  };
}
