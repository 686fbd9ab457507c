import { z } from 'zod';
import { OpsError } from '../../errors.ts';
import { asFolder, highestCheckpoint, nameOf } from '../checkpoints/folders.ts';
import { S3Uri } from '../define.ts';
import type { Checkpoints, Edit, JsonObject, Ports, StagedCopy, S3Uri as Uri } from '../ports.ts';

/**
 * SageMaker copies everything below CheckpointConfig.S3Uri into the new containers, and the Trainer takes the
 * highest-numbered folder there without looking into it. So a checkpoint that is not the highest one can only be
 * resumed from a folder in which it stands alone.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-checkpoints.html
 */
export interface Staging {
  readonly from: Uri;
  /** CheckpointConfig.S3Uri of the new job. */
  readonly root: Uri;
  readonly to: Uri;
}

interface Wanted {
  /** CheckpointConfig.S3Uri of the failed job. */
  readonly uri: Uri;
  readonly checkpoint: { readonly uri: Uri };
  /** What stands otherwise in the copy than in the checkpoint; with any of it there is always a copy. */
  readonly edits?: readonly Edit[];
  /** Set where the folder is another job's, or may still be written to: then there is always a copy. */
  readonly alone?: boolean;
}

const Configured = z.object({ CheckpointConfig: z.object({ S3Uri }) });

/** What must be copied before the launch; undefined: the Trainer takes the wanted checkpoint by itself. */
export async function planStaging(
  wanted: Wanted,
  name: string,
  ports: Pick<Ports, 'checkpoints' | 'recoveryPrefix'>,
): Promise<Staging | undefined> {
  const asItStands = wanted.alone !== true && (wanted.edits ?? []).length === 0;
  if (asItStands && (await isHighest(wanted, ports.checkpoints))) return undefined;
  return staging(wanted, `${asFolder(ports.recoveryPrefix)}${name}/`);
}

/** The same plan, read back from the request that people approved. */
export function stagingIn(request: JsonObject, wanted: Wanted): Staging | undefined {
  const configured = Configured.safeParse(request);
  if (!configured.success)
    throw new OpsError('approval-lapsed', 'the request has no CheckpointConfig to resume from');
  const root = asFolder(configured.data.CheckpointConfig.S3Uri);
  return root === asFolder(wanted.uri) ? undefined : staging(wanted, root);
}

/** Right before the launch: copies what must be copied, or makes sure that nothing needs to be. */
export async function stage(
  plan: Staging | undefined,
  wanted: Wanted,
  checkpoints: Checkpoints,
): Promise<StagedCopy | null> {
  if (plan !== undefined) return checkpoints.stage(plan.from, plan.to, wanted.edits);
  if (await isHighest(wanted, checkpoints)) return null;
  throw new OpsError(
    'approval-lapsed',
    `${nameOf(wanted.checkpoint.uri)} is no longer the highest in ${wanted.uri}`,
  );
}

/** What an earlier run of the same try has copied; the job writes there by now, so nothing is copied again. */
export async function alreadyStaged(
  plan: Staging | undefined,
  checkpoints: Checkpoints,
): Promise<StagedCopy | null> {
  return plan === undefined ? null : sizeOf(plan.to, checkpoints);
}

export async function sizeOf(folder: Uri, checkpoints: Checkpoints): Promise<StagedCopy> {
  const files = await checkpoints.files(folder);
  return { files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0) };
}

function staging({ checkpoint }: Wanted, root: Uri): Staging {
  return { from: checkpoint.uri, root, to: `${root}${nameOf(checkpoint.uri)}/` };
}

async function isHighest({ uri, checkpoint }: Wanted, checkpoints: Checkpoints): Promise<boolean> {
  return (await highestCheckpoint(checkpoints, uri))?.uri === checkpoint.uri;
}
