import { z } from 'zod';
import { S3Uri } from '../define.ts';
import type { Checkpoints, S3Uri as Uri } from '../ports.ts';

/** One checkpoint of the Hugging Face Trainer. */
export const CheckpointFolder = z.object({ uri: S3Uri, step: z.number().int().nonnegative() });
export type CheckpointFolder = z.infer<typeof CheckpointFolder>;

/** The Trainer's own rule: https://github.com/huggingface/transformers/blob/main/src/transformers/trainer_utils.py */
const checkpointName = /^checkpoint-(\d+)$/;

export function asFolder(uri: Uri): Uri {
  return uri.endsWith('/') ? uri : `${uri}/`;
}

/** The last part of a folder's address, e.g. `checkpoint-1300`. */
export function nameOf(folder: Uri): string {
  return folder.replace(/\/$/, '').replace(/^.*\//, '');
}

/** The checkpoints among these folder names, highest step first: that is the order in which the Trainer prefers them. */
export function checkpointsAmong(uri: Uri, names: readonly string[]): CheckpointFolder[] {
  return names
    .flatMap((name): CheckpointFolder[] => {
      const step = checkpointName.exec(name)?.[1];
      return step === undefined ? [] : [{ uri: `${asFolder(uri)}${name}/`, step: Number(step) }];
    })
    .toSorted((a, b) => b.step - a.step);
}

/** What the Trainer of a job with this CheckpointConfig.S3Uri would resume from; undefined: it starts from scratch. */
export async function highestCheckpoint(
  checkpoints: Checkpoints,
  uri: Uri,
): Promise<CheckpointFolder | undefined> {
  return checkpointsAmong(uri, await checkpoints.folders(asFolder(uri))).at(0);
}
