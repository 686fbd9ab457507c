import { z } from 'zod';
import { S3Uri } from '../ports/basics.ts';
import type { Checkpoints, S3Uri as Uri } from '../ports/ports.ts';

/** One checkpoint, from any trainer. */
export const CheckpointFolder = z.object({
  uri: S3Uri,
  step: z.number().int().nonnegative(),
  /** Further folders of the same checkpoint: OpenRLHF keeps actor and critic apart. */
  also: z.array(S3Uri).optional(),
});
export type CheckpointFolder = z.infer<typeof CheckpointFolder>;

/**
 * Checkpoint names by trainer. The first pattern that matches any folder applies to all of them, so that the steps
 * of one trainer are never mixed with the epochs of another. At most fifteen digits: longer numbers are not exact.
 */
const forms: readonly RegExp[] = [
  // The Trainer's own rule: https://github.com/huggingface/transformers/blob/main/src/transformers/trainer_utils.py
  /^checkpoint-(\d{1,15})$/,
  // DeepSpeed and OpenRLHF write global_step1300, verl global_step_1300; its documents say global_steps_1300.
  /^global_steps?_?(\d{1,15})$/,
  // NeMo and Lightning: model--val_loss=1.2-step=1300-consumed_samples=9000.0-last.
  /^(?!.*-unfinished$)(?:.*[-_])?step=(\d{1,15})(?!\d)/,
  /^iter_(\d{1,15})$/,
  /^(?:checkpoint[-_])?step[-_]?(\d{1,15})$/,
  /^(?!.*-unfinished$)(?:.*[-_])?epoch[=_-]?(\d{1,15})(?!\d)/,
];

export function asFolder(uri: Uri): Uri {
  return uri.endsWith('/') ? uri : `${uri}/`;
}

/** The last part of a folder's address, e.g. `checkpoint-1300`. */
export function nameOf(folder: Uri): string {
  return folder.replace(/\/$/, '').replace(/^.*\//, '');
}

/** The parent folder; undefined for an entire bucket. */
export function parentOf(folder: Uri): Uri | undefined {
  return S3Uri.safeParse(folder.replace(/(?<![^/])[^/]+\/?$/, '')).data;
}

/** The checkpoints among these folder names, highest step first, which is the order trainers prefer. */
export function checkpointsAmong(uri: Uri, names: readonly string[]): CheckpointFolder[] {
  const found = forms.map((form) => named(uri, names, form)).find((folders) => folders.length > 0) ?? [];
  return found.toSorted((a, b) => b.step - a.step || lastFirst(a, b));
}

function named(uri: Uri, names: readonly string[], form: RegExp): CheckpointFolder[] {
  return names.flatMap((name): CheckpointFolder[] => {
    const step = form.exec(name)?.[1];
    return step === undefined ? [] : [{ uri: `${asFolder(uri)}${name}/`, step: Number(step) }];
  });
}

/** The step or epoch in a checkpoint folder's name. */
export function stepIn(name: string): number | undefined {
  const step = forms.map((form) => form.exec(name)?.[1]).find((digits) => digits !== undefined);
  return step === undefined ? undefined : Number(step);
}

/** If two checkpoints have the same step, NeMo prefers the one that ends in `-last`. */
function lastFirst(a: CheckpointFolder, b: CheckpointFolder): number {
  const isLast = ({ uri }: CheckpointFolder): number => (nameOf(uri).endsWith('-last') ? 1 : 0);
  return isLast(b) - isLast(a);
}

/** OpenRLHF: https://github.com/OpenRLHF/OpenRLHF/blob/main/openrlhf/trainer/ppo_trainer.py */
const [actor, critic] = ['_actor', '_critic'];

/** Checkpoints under a job's CheckpointConfig.S3Uri. Lists by delimiter, so it never walks the files inside. */
export async function listCheckpoints(
  checkpoints: Checkpoints,
  uri: Uri,
): Promise<{ readonly folders: CheckpointFolder[]; readonly names: readonly string[] }> {
  const root = asFolder(uri);
  const names = await checkpoints.folders(root);
  const folders = checkpointsAmong(root, names);
  if (folders.length > 0 || !names.includes(actor)) return { folders, names };
  const actors = checkpointsAmong(`${root}${actor}/`, await checkpoints.folders(`${root}${actor}/`));
  const critics = ({ uri: of }: CheckpointFolder): Uri[] =>
    names.includes(critic) ? [`${root}${critic}/${nameOf(of)}/`] : [];
  return { folders: actors.map((folder) => ({ ...folder, also: critics(folder) })), names };
}

/** The checkpoint that a trainer with this CheckpointConfig.S3Uri would resume from; undefined if from scratch. */
export async function highestCheckpoint(
  checkpoints: Checkpoints,
  uri: Uri,
): Promise<CheckpointFolder | undefined> {
  return (await listCheckpoints(checkpoints, uri)).folders.at(0);
}
