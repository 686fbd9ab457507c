import { OpsError } from '../errors.ts';
import type { FrozenFile } from '../ports/basis.ts';
import type { Checkpoints, Edit, S3Uri } from '../ports/ports.ts';

/**
 * The Trainer of transformers stores the batch size in trainer_state.json and, in many versions, restores it from there on
 * resume, regardless of the job's arguments: a smaller batch would silently be ignored.
 * https://github.com/huggingface/transformers/issues/43708
 */
const stateFile = 'trainer_state.json';

/** The state is written with sorted keys and two spaces of indentation, so this matches only at the top level. */
const savedBatch = /^( {2}"train_batch_size": )(\d+),?\r?$/m;

/** Only the start and the end are searched: the log in between may be many megabytes, and this process must stay responsive. */
const searched = 1024 * 1024;

/** Maximum size of a trainer state, which contains the log of every step. */
const longestState = 64 * 1024 * 1024;

export interface SavedBatch {
  /** The batch size that a resume would restore. */
  readonly size: number;
  /** The state without the batch size, for the copy. */
  readonly edit: Edit;
}

/** Undefined if a resume would not restore a batch size. */
export async function savedBatchIn(
  folder: S3Uri,
  checkpoints: Checkpoints,
  /** Set once the files are approved: only this version is read. */
  frozen?: readonly FrozenFile[],
): Promise<SavedBatch | undefined> {
  const files = frozen?.map((one) => ({ ...one, modifiedAt: 0 })) ?? (await checkpoints.files(folder));
  const file = files.find(({ name }) => name === stateFile);
  if (file === undefined) return undefined;
  if (file.size > longestState)
    throw new OpsError(
      'no-checkpoint',
      `${folder}${stateFile} has ${file.size} bytes, too many for a trainer state`,
    );
  const state = Buffer.from(await checkpoints.read(folder, file, { start: 0, length: file.size }));
  const found = findIn(state, Math.max(0, state.length - searched)) ?? findIn(state, 0);
  if (found === undefined) return undefined;
  const bytes = Buffer.concat([
    state.subarray(0, found.start),
    Buffer.from('null'),
    state.subarray(found.start + found.digits.length),
  ]);
  return { size: Number(found.digits), edit: { name: stateFile, bytes } };
}

/** The digits of the saved batch and their byte offset. In latin1, each byte is one character. */
function findIn(
  state: Buffer,
  from: number,
): { readonly digits: string; readonly start: number } | undefined {
  const found = savedBatch.exec(state.toString('latin1', from, from + searched));
  if (found === null) return undefined;
  const [, before = '', digits = ''] = found;
  return { digits, start: from + found.index + before.length };
}

/** The state that an earlier run of the same attempt wrote into the copy. */
export async function existingEditIn(copy: S3Uri, checkpoints: Checkpoints): Promise<Edit | undefined> {
  const file = (await checkpoints.files(copy)).find(({ name }) => name === stateFile);
  if (file === undefined) return undefined;
  return { name: stateFile, bytes: await checkpoints.read(copy, file, { start: 0, length: file.size }) };
}
