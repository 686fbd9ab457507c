import type { Ports, TrainingJob, S3Uri as Uri } from '../ports/ports.ts';
import { asFolder, nameOf } from './folders.ts';
import type { CheckpointChoice } from './grading/choose-checkpoint.ts';
import { marker } from './layouts/hugging-face/hf-trainer.ts';

/**
 * When the job wrote a checkpoint, according to the job's own folder; files of a backup have the time of the copy. In epoch
 * ms; undefined if that folder does not have the checkpoint any more.
 */
export async function writtenAt(
  { checkpointUri }: Pick<TrainingJob, 'checkpointUri'>,
  backup: Uri,
  { checkpoints }: Pick<Ports, 'checkpoints'>,
): Promise<number | undefined> {
  if (checkpointUri === undefined) return undefined;
  const files = await checkpoints.files(`${asFolder(checkpointUri)}${nameOf(backup)}/`);
  return files.find(({ name }) => name === marker)?.modifiedAt;
}

/** The choice with the age that the checkpoint really has. */
export function withAge(
  choice: CheckpointChoice,
  committedAt: number,
  { trainedUntil, rpoMinutes }: Readonly<Record<'trainedUntil' | 'rpoMinutes', number>>,
): CheckpointChoice {
  const ageMinutes = Math.max(0, (trainedUntil - committedAt) / 60_000);
  const chosen = { ...choice.chosen, committedAt, ageMinutes };
  return { ...choice, chosen, overRpo: ageMinutes > rpoMinutes };
}
