import { z } from 'zod';
import { S3Uri } from '../ports/basics.ts';
import type { S3Uri as Uri } from '../ports/ports.ts';
import { fileForms, folderForms, namedAmong, numberOf, positionIn } from './finding/checkpoint-names.ts';

/** One checkpoint, from any trainer. */
export const CheckpointFolder = z.object({
  uri: S3Uri,
  step: z.number().int().nonnegative(),
  /** Further folders of the same checkpoint: OpenRLHF keeps actor and critic apart. */
  also: z.array(S3Uri).optional(),
});
export type CheckpointFolder = z.infer<typeof CheckpointFolder>;

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

/** Whether the checkpoint is a single file instead of a folder. */
export function isFile(uri: Uri): boolean {
  return !uri.endsWith('/');
}

/** The folder that holds the checkpoint's files: its own, or for a single file the one that it lies in. */
export function folderOf(uri: Uri): Uri {
  return isFile(uri) ? (parentOf(uri) ?? uri) : uri;
}

/** The checkpoints among these folder names, highest step first, which is the order trainers prefer. */
export function checkpointsAmong(uri: Uri, names: readonly string[]): CheckpointFolder[] {
  return namedAmong(names, folderForms).map(({ name, at }) => ({
    uri: `${asFolder(uri)}${name}/`,
    step: numberOf(at),
  }));
}

/** The step or epoch in a checkpoint's name. */
export function stepIn(name: string): number | undefined {
  const at = [...folderForms, ...fileForms].map((form) => positionIn(name, form)).find(Boolean);
  return at === undefined ? undefined : numberOf(at);
}
