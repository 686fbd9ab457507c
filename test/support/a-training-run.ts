import type { S3Uri } from '../../src/ports/ports.ts';
import { seedCheckpoint, textBytes } from './checkpoint-files.ts';
import type { MemoryCheckpoints } from './memory-checkpoints.ts';

export const minute = 60_000;

/** When the failed job of these tests ended. */
export const ended = Date.UTC(2026, 10, 23, 3, 14);
export const root = 's3://srl-rlvr-training/checkpoints/gold/' satisfies S3Uri;

export function folderOf(step: number): S3Uri {
  return `${root}checkpoint-${step}/`;
}

/** A whole, real checkpoint, numbered `step` and written so many minutes before the job ended. */
export function putCheckpoint(memory: MemoryCheckpoints, step: number, minutesBefore: number): void {
  memory.putFolder(folderOf(step), seedCheckpoint, ended - minutesBefore * minute);
  memory.change(`${folderOf(step)}trainer_state.json`, (bytes) =>
    textBytes(new TextDecoder().decode(bytes).replace('"global_step": 2,', `"global_step": ${step},`)),
  );
}
