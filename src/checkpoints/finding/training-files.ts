import type { StoredFile } from '../../ports/ports.ts';

/** Formats that trainers write their state in. */
const state =
  /\.(?:safetensors|pt|pth|ckpt|bin|distcp|pkl|nemo|zarr|npz|msgpack)(?:\.tar)?$|(?:^|\/)\.metadata$/;

/** Whether one of the files can hold weights or the state of a training run. */
export function holdsTrainingState(files: readonly StoredFile[]): boolean {
  return files.some(({ name }) => state.test(name));
}

/** Files that only a checkpoint has directly in its folder, and a finished model has not. */
const resumable =
  /^(?:trainer_state\.json|optimizer\.(?:pt|bin)|scheduler\.(?:pt|bin)|random_states_\d+\.pkl|recipe_state\.pt|__\d+_\d+\.distcp|.*_optim_states\.pt|common\.pt|.*_world_size_\d+_rank_\d+\.pt)$/;

/** Whether the files directly in a folder make it one checkpoint, whatever its name is. */
export function isOneCheckpoint(files: readonly StoredFile[]): boolean {
  return files.some(({ name }) => resumable.test(name));
}

/**
 * Empty objects that say something about another one: SageMaker's marks of uploaded files, and the folders of Hadoop
 * and of the console. No trainer reads them.
 */
const marks = /\.sagemaker-upload(?:ed|ing)$|_\$folder\$$|(?:^|\/)\.(?:git)?keep$|\/$/;

export function isUploadMark({ name, size }: StoredFile): boolean {
  return size === 0 && marks.test(name);
}
