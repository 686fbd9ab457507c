import type { S3Uri } from '../../src/ports/ports.ts';
import { ended, minute } from './a-training-run.ts';
import { seedCheckpoint, textBytes } from './checkpoint-files.ts';
import type { MemoryCheckpoints } from './memory-checkpoints.ts';

/** A whole, real checkpoint in a backup, which was made so many minutes before the job ended. */
export function putBackup(
  memory: MemoryCheckpoints,
  root: S3Uri,
  step: number,
  minutesBefore: number,
): S3Uri {
  const folder: S3Uri = `${root}checkpoint-${step}/`;
  memory.putFolder(folder, seedCheckpoint, ended - minutesBefore * minute);
  memory.change(`${folder}trainer_state.json`, (bytes) =>
    textBytes(new TextDecoder().decode(bytes).replace('"global_step": 2,', `"global_step": ${step},`)),
  );
  return folder;
}
