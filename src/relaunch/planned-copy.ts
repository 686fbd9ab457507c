import { asFolder } from '../checkpoints/folders.ts';
import { OpsError } from '../errors.ts';
import type { CheckpointBasis } from '../ports/basis.ts';
import type { Edit, Ports, TrainingJob } from '../ports/ports.ts';
import { type ExplainedCopy, whyCopied } from './relaunch-proposal.ts';
import type { Origin, Relaunch } from './relaunch-terms.ts';
import { existingEditIn, type SavedBatch, savedBatchIn } from './saved-batch.ts';
import { planStaging, type Staging, sizeOfSource } from './staging.ts';

export interface PlannedCopy {
  readonly plan?: Staging;
  readonly saved?: SavedBatch;
  readonly copy?: ExplainedCopy;
}

/** The copy to make before the launch, with the reason; empty if the checkpoint is used in place. */
export async function planCopy(
  relaunch: Relaunch,
  failed: TrainingJob,
  name: string,
  ports: Ports,
): Promise<PlannedCopy> {
  const { origin } = relaunch;
  if (origin.from !== 'checkpoint') return {};
  const saved = await savedBatchOf(relaunch, ports);
  const alone = relaunch.stopsFirst === true || isElsewhere(origin, failed);
  const plan = await planStaging({ ...origin, ...editing(saved), alone }, name, ports);
  if (plan === undefined) return {};
  const whole = alone ? whyCopied.otherJob : whyCopied.blocked;
  const why = saved === undefined ? whole : whyCopied.oldBatch;
  const copy = { ...(await sizeOfSource(plan, ports.checkpoints)), why };
  return { plan, copy, ...(saved !== undefined && { saved }) };
}

/** The edits of the copy; read from the copy itself if an earlier run has finished it. */
export async function editsFor(
  relaunch: Relaunch,
  plan: Staging | undefined,
  ports: Ports,
  frozen: CheckpointBasis | undefined,
): Promise<readonly Edit[]> {
  if (relaunch.newBatch !== true) return [];
  const copy = plan?.parts[0]?.to;
  const existing = copy === undefined ? undefined : await existingEditIn(copy, ports.checkpoints);
  if (existing !== undefined) return [existing];
  const saved = await savedBatchOf(relaunch, ports, frozen);
  return saved === undefined ? [] : [saved.edit];
}

/** Whether the checkpoint is in another job's folder: the trainer would not look there, and only that job may write there. */
function isElsewhere(origin: Origin, { checkpointUri }: TrainingJob): boolean {
  if (origin.from !== 'checkpoint' || checkpointUri === undefined) return false;
  return asFolder(origin.uri) !== asFolder(checkpointUri);
}

async function savedBatchOf(
  { origin, newBatch }: Relaunch,
  { checkpoints }: Ports,
  frozen?: CheckpointBasis,
): Promise<SavedBatch | undefined> {
  if (origin.from !== 'checkpoint' || newBatch !== true) return undefined;
  try {
    return await savedBatchIn(origin.checkpoint.uri, checkpoints, frozen?.files);
  } catch (thrown) {
    const moved = frozen !== undefined && thrown instanceof OpsError && thrown.code === 'checkpoint-changed';
    throw moved ? new OpsError('basis-changed', thrown.detail, { cause: thrown }) : thrown;
  }
}

function editing(saved: SavedBatch | undefined): { readonly edits?: readonly Edit[] } {
  return saved === undefined ? {} : { edits: [saved.edit] };
}
