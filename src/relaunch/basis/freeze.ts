import { nameOf } from '../../checkpoints/folders.ts';
import { ReadCost } from '../../checkpoints/formats/ranged-file.ts';
import { listCheckpoint } from '../../checkpoints/grading/list-checkpoint.ts';
import { OpsError } from '../../errors.ts';
import { type CheckpointBasis, identityOf, type PackageBasis, sorted } from '../../ports/basis.ts';
import type { Models } from '../../ports/models.ts';
import type { Checkpoints, S3Uri } from '../../ports/ports.ts';

interface GradedCheckpoint {
  readonly uri: S3Uri;
  readonly also?: readonly S3Uri[] | undefined;
  /** Of the files that were graded; absent in journals of earlier versions. */
  readonly identity?: string | undefined;
}

/** The files of a checkpoint as they are now. Throws `basis-changed` when they are not the ones that were graded. */
export async function freezeCheckpoint(
  { uri, also, identity }: GradedCheckpoint,
  checkpoints: Checkpoints,
): Promise<CheckpointBasis> {
  const folder = { uri, step: 0, ...(also !== undefined && { also: [...also] }) };
  const { files } = await listCheckpoint(checkpoints, folder, new ReadCost());
  const frozen = sorted(files.values());
  if (identity !== undefined && identity !== identityOf(frozen))
    throw new OpsError('basis-changed', `${nameOf(uri)} was written to after it was checked`);
  return { kind: 'checkpoint', uri, ...(also !== undefined && { also: [...also] }), files: frozen };
}

/** A version of a model as the registry and S3 have it now. */
export async function freezePackage(arn: string, models: Models): Promise<PackageBasis> {
  const { approval, status, containers } = await models.packageNow(arn);
  return { kind: 'package', arn, approval, status, containers: containers.map((one) => ({ ...one })) };
}
