import type { S3Uri } from '../../src/ports/ports.ts';
import { seedCheckpoint, textBytes } from './checkpoint-files.ts';
import type { MemoryCheckpoints } from './memory-checkpoints.ts';

export const minute = 60_000;

/** The end time of the failed job in these tests. */
export const ended = Date.UTC(2026, 10, 23, 3, 14);
export const root = 's3://srl-rlvr-training/checkpoints/gold/' satisfies S3Uri;

export function folderOf(step: number): S3Uri {
  return `${root}checkpoint-${step}/`;
}

/** Puts a real, complete checkpoint with this step, written this many minutes before the job ended. */
export function putCheckpoint(memory: MemoryCheckpoints, step: number, minutesBefore: number): void {
  putAt(memory, folderOf(step), step, minutesBefore);
}

/** Like putCheckpoint, but below a backup prefix; returns the folder. */
export function putBackup(
  memory: MemoryCheckpoints,
  backupRoot: S3Uri,
  step: number,
  minutesBefore: number,
): S3Uri {
  const folder: S3Uri = `${backupRoot}checkpoint-${step}/`;
  putAt(memory, folder, step, minutesBefore);
  return folder;
}

/** The seed is a real checkpoint of step 2, so trainer_state.json gets the step of the folder. */
function putAt(memory: MemoryCheckpoints, folder: S3Uri, step: number, minutesBefore: number): void {
  memory.putFolder(folder, seedCheckpoint, ended - minutesBefore * minute);
  memory.change(`${folder}trainer_state.json`, (bytes) =>
    textBytes(new TextDecoder().decode(bytes).replace('"global_step": 2,', `"global_step": ${step},`)),
  );
}
